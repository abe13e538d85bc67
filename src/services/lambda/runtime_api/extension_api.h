#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "http/message.h"
#include "services/lambda/function.h"

namespace millrace::lambda {

/// What an extension asks for, decoded. Each respond is answered once, now or later.
class ExtensionCalls {
  public:
    struct Registration {
        std::string name;
        bool wants_invoke = false;
        bool wants_shutdown = false;
        bool wants_account = false;
    };
    virtual void register_extension(Registration registration, http::Respond respond) = 0;
    virtual void next_event(std::string_view identifier, http::Respond respond) = 0;
    /// Of the Telemetry API.
    virtual void subscribe(std::string_view identifier, std::string_view body, http::Respond respond) = 0;
    /// init/error and exit/error alike; `error_type` is the header's.
    virtual void extension_error(std::string_view identifier, std::string_view error_type,
                                 http::Respond respond) = 0;

  protected:
    ~ExtensionCalls() = default;
};

/// AWS's Extensions API, version 2020-01-01, and Telemetry API, 2022-07-01: false when the request is for
/// another API; finds the call that it means otherwise, or answers it with an error.
[[nodiscard]] bool route_extension_request(const http::Request& request, http::Respond& respond,
                                           ExtensionCalls& calls);

[[nodiscard]] http::Response registered_response(const Function& function, std::string_view identifier,
                                                 bool with_account);

struct ExtensionInvoke {
    std::string_view request_id;
    std::string_view function_arn;
    std::string_view trace_id;
    WallTime deadline;
};
[[nodiscard]] http::Response invoke_event_response(const ExtensionInvoke& invocation,
                                                   std::string_view event_id);
/// `reason`: "spindown", "timeout", "failure".
[[nodiscard]] http::Response shutdown_event_response(std::string_view reason, WallTime deadline,
                                                     std::string_view event_id);

}  // namespace millrace::lambda
