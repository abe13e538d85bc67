#pragma once

#include "aws/error.h"

namespace millrace::logs {

// AWS's words.
[[nodiscard]] aws::ServiceError group_not_found();
[[nodiscard]] aws::ServiceError stream_not_found();
[[nodiscard]] aws::ServiceError group_exists();
[[nodiscard]] aws::ServiceError stream_exists();
[[nodiscard]] aws::ServiceError invalid_next_token();
[[nodiscard]] aws::ServiceError deletion_protected();
[[nodiscard]] aws::ServiceError system_tag_refused();

}  // namespace millrace::logs
