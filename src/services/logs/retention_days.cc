#include "services/logs/retention_days.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "api/logs.h"

namespace millrace::logs {
namespace {

constexpr std::array<std::int64_t, 22> kRetentionDays = {
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653};

}  // namespace

aws::Outcome<void> check_retention_days(std::int64_t days) {
    if (std::ranges::find(kRetentionDays, days) != kRetentionDays.end()) return {};
    return std::unexpected(api::logs::invalid_parameter_exception(
        fmt::format("1 validation error detected: Value '{}' at 'retentionInDays' failed to satisfy "
                    "constraint: Member must "
                    "satisfy enum value set: [{}]",
                    days, fmt::join(kRetentionDays, ", "))));
}

}  // namespace millrace::logs
