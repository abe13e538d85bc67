#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "base/time.h"
#include "cli/command.h"

namespace millrace::cli {

/// How much of what has happened a command prints, and whether it goes on: --since and --follow.
struct HistoryOptions {
    bool follow = false;
    std::optional<std::string> since;

    void declare(Arguments& arguments);
    /// Where to begin; nullopt: at the oldest there is. Errors: a --since that is no duration.
    [[nodiscard]] Result<std::optional<WallTime>> from(WallTime now) const;
};

}  // namespace millrace::cli
