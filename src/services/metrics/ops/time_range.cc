#include "services/metrics/ops/time_range.h"

#include <fmt/format.h>

#include "services/metrics/limits.h"

namespace millrace::metrics {

std::optional<std::string> TimeRange::find_fault() const {
    if (start >= end) return "The parameter StartTime must be less than the parameter EndTime.";
    if (period < kPeriodUnit.count()) {
        return fmt::format(
            "A Period below {} seconds is not offered by Millrace yet; see docs/compatibility.md",
            kPeriodUnit.count());
    }
    if (period % kPeriodUnit.count() != 0)
        return fmt::format("The parameter Period must be a multiple of {}.", kPeriodUnit.count());
    return std::nullopt;
}

std::int64_t TimeRange::periods() const {
    const auto length = std::chrono::ceil<Seconds>(end - minute_of(start)).count();
    return (length + period - 1) / period;
}

void gather(const Series& series, const TimeRange& range, Datapoints& datapoints) {
    const Minute begin = minute_of(range.start);
    const auto period = std::chrono::duration_cast<std::chrono::minutes>(Seconds{range.period});
    for (auto point = series.points.lower_bound(begin);
         point != series.points.end() && point->first < range.end; ++point) {
        const Minute at = begin + (point->first - begin) / period * period;
        const auto [place, is_new] = datapoints.try_emplace(at, point->second);
        if (!is_new) place->second.add(point->second);
    }
}

}  // namespace millrace::metrics
