#pragma once

#include <string>
#include <string_view>

namespace millrace::cloudformation::sam {

/// The ARN of AWS's managed policy of that name, "AWSLambdaBasicExecutionRole"; an ARN stays what it is.
[[nodiscard]] std::string managed_policy_arn(std::string_view region, std::string_view name);

}  // namespace millrace::cloudformation::sam
