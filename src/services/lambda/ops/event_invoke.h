#pragma once

#include <optional>

#include "api/lambda.h"
#include "services/lambda/core.h"
#include "services/lambda/ops/function_shapes.h"

namespace millrace::lambda {

/// Checks what a request says and puts it into the config. What it does not say stays. Errors:
/// InvalidParameterValueException, also for the kinds of destination that Millrace does not offer.
[[nodiscard]] aws::Outcome<void> apply(const Core& core, const Target& target, EventInvokeConfig& config,
                                       const api::lambda::PutFunctionEventInvokeConfigRequest& request);

void store_event_invoke(
    Core& core, const Target& target, EventInvokeConfig config,
    std::move_only_function<void(aws::Outcome<api::lambda::FunctionEventInvokeConfig>)> done);

}  // namespace millrace::lambda
