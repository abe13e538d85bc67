#include "services/metrics/errors.h"

#include <fmt/format.h>
#include <utility>

#include "api/cloudwatch.h"

namespace millrace::metrics {

aws::ServiceError invalid_value(std::string message) {
    return api::cloudwatch::invalid_parameter_value_exception(std::move(message));
}

aws::ServiceError invalid_combination(std::string message) {
    return api::cloudwatch::invalid_parameter_combination_exception(std::move(message));
}

aws::ServiceError missing_parameter(std::string_view name) {
    return api::cloudwatch::missing_required_parameter_exception(
        fmt::format("The parameter {} is required.", name));
}

aws::ServiceError validation_error(std::string message) {
    return {.code = "ValidationError", .message = std::move(message)};
}

aws::ServiceError not_offered(std::string_view what) {
    return invalid_value(fmt::format("{} is not offered by Millrace yet; see docs/compatibility.md", what));
}

}  // namespace millrace::metrics
