#pragma once

#include <string_view>

#include "aws/error.h"

namespace millrace::iam {

// IAM's words.
[[nodiscard]] aws::ServiceError no_such_role(std::string_view name);
[[nodiscard]] aws::ServiceError no_such_user(std::string_view name);
/// The call names no user, and is not signed with a user's access key.
[[nodiscard]] aws::ServiceError no_user_named();
[[nodiscard]] aws::ServiceError no_such_user_policy(std::string_view name);
[[nodiscard]] aws::ServiceError no_such_access_key(std::string_view id);
[[nodiscard]] aws::ServiceError no_such_inline_policy(std::string_view name);
[[nodiscard]] aws::ServiceError no_such_policy(std::string_view arn);
[[nodiscard]] aws::ServiceError not_attached(std::string_view arn);

}  // namespace millrace::iam
