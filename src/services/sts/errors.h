#pragma once

#include <string>
#include <string_view>

#include "aws/error.h"

namespace millrace::sts {

[[nodiscard]] aws::ServiceError validation_error(std::string message);
/// A member that AWS honours and Millrace does not.
[[nodiscard]] aws::ServiceError not_offered(std::string_view member);

}  // namespace millrace::sts
