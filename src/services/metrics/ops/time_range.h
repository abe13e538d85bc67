#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "services/metrics/series.h"

namespace millrace::metrics {

/// The time that a request asks for, in periods of equal length. The first begins at the minute of the start;
/// the end does not belong to it.
struct TimeRange {
    WallTime start;
    WallTime end;
    std::int32_t period;  ///< seconds

    /// What is wrong with it, in AWS's words; nullopt when nothing is.
    [[nodiscard]] std::optional<std::string> find_fault() const;
    [[nodiscard]] std::int64_t periods() const;
};

/// By the begin of their period.
using Datapoints = std::map<Minute, Statistics>;

/// Adds what the series has in that time. The range is without fault.
void gather(const Series& series, const TimeRange& range, Datapoints& datapoints);

}  // namespace millrace::metrics
