#pragma once

#include "api/lambda.h"
#include "aws/error.h"
#include "services/lambda/function.h"

namespace millrace::lambda {

/// Sets what a request says of a function's logs; what it does not say stays. Levels go with JSON alone:
/// InvalidParameterValueException.
[[nodiscard]] aws::Outcome<void> apply_logging(Function& function, const api::lambda::LoggingConfig& given);

[[nodiscard]] api::lambda::LoggingConfig describe_logging(const Function& function);

}  // namespace millrace::lambda
