#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "cli/endpoint.h"
#include "cli/signer.h"
#include "codec/form.h"
#include "codec/json.h"
#include "http/client.h"

namespace millrace::cli {

/// What a call failed with: AWS's code and message, or no code when there was no answer.
struct ApiError {
    std::string code;
    std::string message;  ///< a sentence for people; has the code in it
};

template <class T>
using Answer = std::expected<T, ApiError>;

/// The AWS APIs of a server, called one after another; each call blocks.
class Api {
  public:
    Api(Endpoint endpoint, std::string region, Credentials credentials);

    [[nodiscard]] Answer<codec::Json> kinesis(std::string_view operation, const codec::JsonObject& input);
    [[nodiscard]] Answer<codec::Json> logs(std::string_view operation, const codec::JsonObject& input);
    /// The children of <OperationResult> as JSON: all values are strings, lists of <member> are arrays.
    [[nodiscard]] Answer<codec::Json> cloudformation(std::string_view operation, codec::Form input);

    struct Invocation {
        std::string payload;
        std::string function_error;  ///< empty: none
        std::string log_tail;        ///< empty unless asked for
    };
    [[nodiscard]] Answer<Invocation> invoke(std::string_view function, std::string payload, bool async,
                                            bool log_tail);

    [[nodiscard]] Answer<codec::Json> function_configuration(std::string_view function);

    /// A request to S3 that answers with nothing that matters: "PUT", "/bucket/key".
    [[nodiscard]] Answer<void> s3(std::string method, std::string path, std::string body = {});

    /// What Millrace answers beside AWS's APIs: "/_millrace/<path>". `purpose` goes into the
    /// header X-Millrace. The error's code is "HTTP <status>".
    [[nodiscard]] Answer<codec::Json> millrace(std::string_view purpose, std::string method,
                                               std::string_view path, std::string body = {},
                                               std::optional<Milliseconds> limit = {});

    [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }
    [[nodiscard]] const std::string& region() const { return region_; }

  private:
    Answer<http::Response> send(std::string_view service, http::Request request,
                                std::optional<Milliseconds> limit = {});
    Answer<codec::Json> call_json(std::string_view service, std::string_view target,
                                  const codec::JsonObject& input);

    Endpoint endpoint_;
    std::string region_;
    Credentials credentials_;
    http::BlockingClient client_;
};

/// Members of answers, forgiving what is missing.
[[nodiscard]] std::string text_at(const codec::Json& object, std::string_view name);
[[nodiscard]] const codec::JsonArray& list_at(const codec::Json& object, std::string_view name);

}  // namespace millrace::cli
