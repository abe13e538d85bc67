#pragma once

#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace millrace::cli {

/// "30s", "10m", "2h", "7d".
[[nodiscard]] Result<Milliseconds> parse_duration(std::string_view text);

}  // namespace millrace::cli
