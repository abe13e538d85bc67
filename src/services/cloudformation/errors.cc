#include "services/cloudformation/errors.h"

#include <fmt/format.h>

namespace millrace::cloudformation {

aws::ServiceError validation_error(std::string message) {
    return {.code = "ValidationError", .message = std::move(message)};
}

aws::ServiceError no_such_stack(std::string_view name_or_id) {
    return validation_error(fmt::format("Stack with id {} does not exist", name_or_id));
}

aws::ServiceError stack_does_not_exist(std::string_view name_or_id) {
    return validation_error(fmt::format("Stack [{}] does not exist", name_or_id));
}

aws::ServiceError stack_cannot_be_deleted(std::string_view id, std::string_view status) {
    return validation_error(fmt::format("Stack [{}] cannot be deleted while in status {}", id, status));
}

aws::ServiceError not_offered(std::string_view member) {
    return validation_error(fmt::format("{} is not offered by Millrace.", member));
}

aws::ServiceError template_service_error(const Error& error) {
    if (error.code == ErrorCode::kInvalidArgument) return validation_error(error.message);
    return aws::to_service_error(error);
}

}  // namespace millrace::cloudformation
