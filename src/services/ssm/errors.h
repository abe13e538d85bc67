#pragma once

#include <string>
#include <string_view>

#include "aws/error.h"

namespace millrace::ssm {

[[nodiscard]] aws::ServiceError validation_exception(std::string message);
/// What AWS has and Millrace does not.
[[nodiscard]] aws::ServiceError not_offered(std::string_view what);
[[nodiscard]] aws::ServiceError system_tag_refused();
[[nodiscard]] aws::ServiceError already_exists();
[[nodiscard]] aws::ServiceError too_many_parameters();
[[nodiscard]] aws::ServiceError parameter_not_found(std::string_view name);

}  // namespace millrace::ssm
