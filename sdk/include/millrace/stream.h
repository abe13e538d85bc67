#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "millrace/events.h"
#include "millrace/lambda.h"

/// Response streaming: what a function writes is on its way to the caller before it returns. Callers:
/// InvokeWithResponseStream, and function URLs with InvokeMode RESPONSE_STREAM; any other gets it whole.
///
///     int main() {
///         return millrace::lambda::run_streaming([](const Invocation& call, ResponseStream& out) {
///             out.begin_http({.status = 200, .headers = {{"Content-Type", "text/plain"}}});
///             for (int i = 0; i < 10; ++i) out.write("line\n");
///         });
///     }
namespace millrace::lambda {

/// Status and headers of the response that a function URL gives.
struct HttpHead {
    int status = 200;
    std::map<std::string, std::string> headers = {};
    std::vector<std::string> cookies = {};  ///< of Set-Cookie: "name=value; Secure"
};

/// Where a handler writes its answer. Writing blocks while the caller takes nothing. Not thread-safe. Throws
/// std::runtime_error when the Runtime API cannot be reached any more, std::logic_error when it is too late
/// for a head.
class ResponseStream {
  public:
    ResponseStream(std::string path, detail::RuntimeConnection& api) : path_(std::move(path)), api_(api) {}
    ResponseStream(const ResponseStream&) = delete;
    ResponseStream& operator=(const ResponseStream&) = delete;

    /// Of the bytes that follow, before the first of them: "application/octet-stream" unless said otherwise.
    void set_content_type(std::string type) {
        if (begun_) throw std::logic_error("the response has begun");
        content_type_ = std::move(type);
    }

    /// Before the first byte.
    void begin_http(const HttpHead& head) {
        set_content_type("application/vnd.awslambda.http-integration-response");
        nlohmann::json prelude{{"statusCode", head.status}, {"headers", head.headers}};
        if (!head.cookies.empty()) prelude["cookies"] = head.cookies;
        std::string bytes = prelude.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        bytes.append(8, '\0');
        write(bytes);
    }

    /// Returns when the bytes have been handed to the system.
    void write(std::string_view bytes) {
        if (bytes.empty()) return;
        begin();
        api_.post_piece(bytes);
    }

    /// The end of the answer; called by run_streaming(). With an error's type and description (JSON), callers
    /// learn that the function failed, whatever was written before.
    void finish(const std::string& error_type = {}, const std::string& error = {}) {
        begin();
        std::vector<std::string> trailers;
        if (!error_type.empty()) {
            trailers.push_back(kErrorType + (": " + error_type));
            trailers.push_back(kErrorBody + (": " + encode_base64(error)));
        }
        api_.end_post(trailers);
    }

  private:
    static constexpr const char* kErrorType = "Lambda-Runtime-Function-Error-Type";
    static constexpr const char* kErrorBody = "Lambda-Runtime-Function-Error-Body";

    void begin() {
        if (std::exchange(begun_, true)) return;
        api_.begin_post(path_,
                        {"Lambda-Runtime-Function-Response-Mode: streaming", "Content-Type: " + content_type_,
                         std::string("Trailer: ") + kErrorType + ", " + kErrorBody});
    }

    const std::string path_;
    detail::RuntimeConnection& api_;
    std::string content_type_ = "application/octet-stream";
    bool begun_ = false;
};

/// Writes the answer. What it throws is reported as the invocation's error.
using StreamingHandler = std::function<void(const Invocation&, ResponseStream&)>;

namespace detail {

inline void serve_one_streaming(RuntimeConnection& api, const StreamingHandler& handler) {
    const Invocation call = next_invocation(api);
    ResponseStream stream(kRuntimePath + "invocation/" + call.request_id + "/response", api);
    try {
        handler(call, stream);
    } catch (...) {
        const Failure failure = current_failure();
        std::fflush(stdout);
        return stream.finish(failure.type, failure.body);
    }
    std::fflush(stdout);
    stream.finish();
}

}  // namespace detail

/// As run(), for a handler that streams its answers.
inline int run_streaming(const StreamingHandler& handler) {
    return detail::with_runtime_api([&](detail::RuntimeConnection& api) -> int {
        for (;;) detail::serve_one_streaming(api, handler);
    });
}

}  // namespace millrace::lambda
