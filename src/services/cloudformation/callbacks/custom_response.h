#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/error.h"

namespace millrace::cloudformation {

/// AWS's limit for what a custom resource answers.
inline constexpr std::size_t kCustomResponseBytesMax = 4096;
inline constexpr std::size_t kPhysicalIdBytesMax = 1024;

/// What a custom resource's function answers to a request.
struct CustomResponse {
    bool success = false;
    std::string reason;
    std::string physical_id;                  ///< empty when it says none
    std::map<std::string, std::string> data;  ///< members of objects inside as "Outer.Inner"
    bool no_echo = false;
};

/// The body that was put to the ResponseURL. Errors are sentences for the resource's status reason. StackId,
/// RequestId and LogicalResourceId are not looked at: the URL says which request is meant.
[[nodiscard]] Result<CustomResponse> read_custom_response(std::string_view body);

}  // namespace millrace::cloudformation
