#pragma once

#include <chrono>
#include <cstddef>

#include "base/time.h"

namespace millrace::metrics {

// AWS's limits, as the CloudWatch API Reference and User Guide give them.

inline constexpr std::size_t kDatumsMax = 1'000;  ///< of a PutMetricData
inline constexpr std::size_t kValuesMax = 150;    ///< of a datum
inline constexpr double kMagnitudeMax = 0x1p360;  ///< of a value
inline constexpr std::chrono::days kPastMax{14};  ///< how old a datum may be
inline constexpr std::chrono::hours kFutureMax{2};
inline constexpr std::chrono::days kRetention{15};               ///< of points of one minute
inline constexpr Seconds kPeriodUnit{60};                        ///< a period is a multiple of it
inline constexpr std::int64_t kStatisticsDatapointsMax = 1'440;  ///< of a GetMetricStatistics
inline constexpr std::size_t kQueriesMax = 500;                  ///< of a GetMetricData
inline constexpr std::int32_t kDataDatapointsMax = 100'800;      ///< of a page of GetMetricData
inline constexpr std::size_t kMetricsPageMax = 500;              ///< of ListMetrics
inline constexpr std::chrono::hours kRecentlyActive{3};          ///< what ListMetrics calls so

/// Our own, so that metrics take no more than some hundred megabytes of memory, of all accounts together.
struct StoreLimits {
    std::size_t series_max = 20'000;   ///< metrics, counted once for each unit
    std::size_t points_max = 500'000;  ///< minutes of a series that have values
};

}  // namespace millrace::metrics
