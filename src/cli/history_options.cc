#include "cli/history_options.h"

#include "cli/duration.h"

namespace millrace::cli {

void HistoryOptions::declare(Arguments& arguments) {
    arguments.flag("--follow,-f", follow, "go on with what comes, until Ctrl-C");
    arguments.option("--since", "DURATION", since, "only what is not older: 30s, 10m, 2h, 7d");
}

Result<std::optional<WallTime>> HistoryOptions::from(WallTime now) const {
    if (!since) return std::nullopt;
    const auto age = parse_duration(*since);
    if (!age) return std::unexpected(age.error());
    return now - *age;
}

}  // namespace millrace::cli
