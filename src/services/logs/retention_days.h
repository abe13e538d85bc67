#pragma once

#include <cstdint>

#include "aws/error.h"

namespace millrace::logs {

/// The values AWS allows for retentionInDays.
[[nodiscard]] aws::Outcome<void> check_retention_days(std::int64_t days);

}  // namespace millrace::logs
