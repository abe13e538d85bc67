#pragma once

#include <optional>
#include <string>

#include "aws/error.h"
#include "services/ssm/parameter.h"

namespace millrace::ssm {

/// The tier that the request's gives a value: Intelligent-Tiering is Standard where that is enough.
[[nodiscard]] std::string tier_for(const std::optional<std::string>& wanted, const std::string& value);

/// Whether the parameter's type, value and pattern fit together.
[[nodiscard]] aws::Outcome<void> check_value(const Parameter& parameter);

/// Whether there may be so many tags.
[[nodiscard]] aws::Outcome<void> check_tags(const Parameter& parameter);

}  // namespace millrace::ssm
