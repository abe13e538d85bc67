#pragma once

#include <string_view>

#include "aws/context.h"
#include "aws/error.h"

namespace millrace::ecr {

[[nodiscard]] aws::ServiceError repository_not_found(const aws::Scope& scope, std::string_view name);
[[nodiscard]] aws::ServiceError repository_exists(const aws::Scope& scope, std::string_view name);

}  // namespace millrace::ecr
