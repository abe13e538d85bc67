#pragma once

#include <string>

#include "api/lambda.h"
#include "services/lambda/core.h"

namespace millrace::lambda {

/// The ARN of the queue or bucket that DestinationConfig names, which must exist; empty when it names none.
/// Errors: InvalidParameterValueException, also for the kinds of destination that Millrace does not offer.
[[nodiscard]] aws::Outcome<std::string> failure_destination(const Core& core, const aws::Scope& scope,
                                                            const api::lambda::DestinationConfig& config);

}  // namespace millrace::lambda
