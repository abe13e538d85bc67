#include "services/ssm/errors.h"

#include <fmt/format.h>

#include "api/ssm.h"
#include "ports/system_tags.h"
#include "services/ssm/limits.h"

namespace millrace::ssm {

aws::ServiceError validation_exception(std::string message) {
    return {.code = "ValidationException", .message = std::move(message)};
}

aws::ServiceError not_offered(std::string_view what) {
    return validation_exception(fmt::format("{} is not offered by Millrace.", what));
}

aws::ServiceError system_tag_refused() {
    return validation_exception(ports::kSystemTagRefused);
}

aws::ServiceError already_exists() {
    return api::ssm::parameter_already_exists(
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to "
        "true.");
}

aws::ServiceError too_many_parameters() {
    return api::ssm::parameter_limit_exceeded(
        fmt::format("The maximum of {} parameters in an account and region is reached.", kParametersMax));
}

aws::ServiceError parameter_not_found(std::string_view name) {
    return api::ssm::parameter_not_found(name.empty() ? "" : fmt::format("Parameter {} not found.", name));
}

}  // namespace millrace::ssm
