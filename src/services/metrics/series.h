#pragma once

#include <chrono>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "base/time.h"
#include "ports/metric_sink.h"
#include "services/metrics/statistics.h"

namespace millrace::metrics {

using Minute = std::chrono::sys_time<std::chrono::minutes>;

[[nodiscard]] inline Minute minute_of(WallTime time) {
    return std::chrono::floor<std::chrono::minutes>(time);
}

/// The values of a metric in one unit, minute by minute. Without points once the store has dropped it.
struct Series {
    ports::MetricId metric;
    std::string unit;
    std::map<Minute, Statistics> points = {};
    std::list<Series*>::iterator place = {};  ///< among all, by when they last got another minute
};

using SeriesPtr = std::shared_ptr<Series>;

}  // namespace millrace::metrics
