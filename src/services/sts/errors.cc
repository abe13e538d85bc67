#include "services/sts/errors.h"

#include <fmt/format.h>

namespace millrace::sts {

aws::ServiceError validation_error(std::string message) {
    return {.code = "ValidationError", .message = std::move(message)};
}

aws::ServiceError not_offered(std::string_view member) {
    return validation_error(fmt::format("{} is not offered by Millrace.", member));
}

}  // namespace millrace::sts
