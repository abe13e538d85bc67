#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/lambda.h"
#include "services/lambda/core.h"

namespace millrace::lambda {

/// Sets what a request says of other resources: the dead-letter queue and the layers, which must exist. What
/// it does not say stays. Errors: InvalidParameterValueException.
[[nodiscard]] aws::Outcome<void> apply_references(
    const Core& core, Function& function, const std::optional<api::lambda::DeadLetterConfig>& dead_letter,
    const std::optional<std::vector<std::string>>& layers);

}  // namespace millrace::lambda
