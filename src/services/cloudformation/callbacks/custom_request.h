#pragma once

#include <optional>
#include <string>

#include "aws/context.h"
#include "base/error.h"

namespace millrace::cloudformation {

/// A request to a custom resource's function that is not answered yet, or whose answer no deployment has
/// taken.
struct CustomRequest {
    std::string id;        ///< RequestId; who knows it may answer
    std::string identity;  ///< of the call it is made for: the same when a restart repeats that
    std::string stack_id;
    aws::Scope scope;
    std::string service_token;
    std::string event;                    ///< JSON, what the function gets
    bool sent = false;                    ///< the function has it, durably
    std::optional<std::string> response;  ///< as it was put, once that was
    std::string refused;                  ///< what is wrong with what was put instead
};

[[nodiscard]] std::string write_custom_request(const CustomRequest& request);
[[nodiscard]] Result<CustomRequest> read_custom_request(std::string_view text);

}  // namespace millrace::cloudformation
