#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"
#include "http/message.h"

namespace millrace::lambda {

/// What a runtime asks for, decoded. Each respond is answered once, now or later.
class RuntimeCalls {
  public:
    virtual void next(http::Respond respond) = 0;
    virtual void response(std::string_view request_id, std::string payload, http::Respond respond) = 0;
    /// The same for an answer that comes piece by piece: the request has a stream.
    virtual void streamed_response(std::string_view request_id, http::Request request,
                                   http::Respond respond) = 0;
    /// `error_type` is the header's, empty when it was not sent; `payload` the body as sent.
    virtual void error(std::string_view request_id, std::string payload, std::string_view error_type,
                       http::Respond respond) = 0;
    virtual void init_error(std::string payload, std::string_view error_type, http::Respond respond) = 0;

  protected:
    ~RuntimeCalls() = default;
};

/// Whether a request is an answer that streams its body, by its headers.
[[nodiscard]] bool is_streamed(const http::Headers& headers);

/// AWS's Lambda Runtime API, version 2018-06-01: finds the call that a request means, or answers it with an
/// error.
void route_runtime_request(http::Request request, http::Respond respond, RuntimeCalls& calls);

struct NextInvocation {
    std::string_view request_id;
    std::string_view function_arn;
    std::string_view trace_id;
    std::string_view client_context;
    WallTime deadline;
    std::string payload;
};

[[nodiscard]] http::Response next_response(NextInvocation invocation);
/// 202 {"status":"OK"}
[[nodiscard]] http::Response accepted_response();
[[nodiscard]] http::Response runtime_error(int status, std::string_view type, std::string_view message);

}  // namespace millrace::lambda
