#pragma once

#include <string>
#include <vector>

#include "api/cloudwatch.h"
#include "services/metrics/metric_store.h"
#include "services/metrics/ops/time_range.h"

namespace millrace::metrics {

/// A query of GetMetricData that can be answered.
struct DataQuery {
    std::string id;
    std::string label;
    ports::MetricId metric;
    std::optional<std::string> unit;  ///< else of all units together
    std::string statistic;
    TimeRange range;
    bool returned;  ///< else it is only there for expressions
};

/// Of a request, in their order. ValidationError for what is wrong, and for what is not offered: expressions,
/// percentiles, labels that are computed, other accounts.
[[nodiscard]] aws::Outcome<std::vector<DataQuery>> read_queries(const aws::Scope& scope,
                                                                api::cloudwatch::GetMetricDataInput& input);

}  // namespace millrace::metrics
