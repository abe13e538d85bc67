#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "services/metrics/limits.h"
#include "services/metrics/series.h"

namespace millrace::metrics {

/// The metrics of all accounts and regions, in memory. A point is a minute of a series. Points go when they
/// are older than kRetention; beyond points_max the oldest go, beyond series_max the series that has waited
/// longest for another point. A series goes with its last point. Home executor only.
class MetricStore {
  public:
    explicit MetricStore(const Clock& clock, StoreLimits limits = {}) : clock_(clock), limits_(limits) {}

    /// The series, which is there from now on.
    SeriesPtr add(const ports::MetricId& metric, const std::string& unit, WallTime time,
                  const Statistics& values);

    struct Metric {
        std::uint64_t number;                    ///< another one for each metric, in the order they came
        std::map<std::string, SeriesPtr> units;  ///< never empty
    };
    using Metrics = std::map<ports::MetricId, Metric>;

    /// Without what is too old by now.
    [[nodiscard]] const Metrics& metrics();
    /// nullptr when there is none.
    [[nodiscard]] const Metric* find(const ports::MetricId& metric);

    [[nodiscard]] const Clock& clock() const { return clock_; }
    void clear();

  private:
    SeriesPtr obtain(const ports::MetricId& metric, const std::string& unit);
    void make_room(const ports::MetricId& metric, const std::string& unit);
    [[nodiscard]] bool has(const ports::MetricId& metric, const std::string& unit) const;
    void expire();
    void drop_oldest_point();
    void drop_series(Series& series);
    void forget(const Series& series);

    const Clock& clock_;
    StoreLimits limits_;
    Metrics metrics_;
    std::size_t series_count_ = 0;
    std::list<Series*> by_activity_;                // the one to go is first
    std::set<std::pair<Minute, Series*>> by_time_;  // all points
    std::uint64_t last_number_ = 0;
};

}  // namespace millrace::metrics
