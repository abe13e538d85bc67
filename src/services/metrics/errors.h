#pragma once

#include <string>
#include <string_view>

#include "aws/error.h"

namespace millrace::metrics {

[[nodiscard]] aws::ServiceError invalid_value(std::string message);
[[nodiscard]] aws::ServiceError invalid_combination(std::string message);
[[nodiscard]] aws::ServiceError missing_parameter(std::string_view name);
/// What GetMetricData finds wrong with a query.
[[nodiscard]] aws::ServiceError validation_error(std::string message);

/// "<what> is not offered by Millrace yet; see docs/compatibility.md"
[[nodiscard]] aws::ServiceError not_offered(std::string_view what);

}  // namespace millrace::metrics
