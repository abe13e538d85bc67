#pragma once

#include <string>

#include "api/cloudwatch.h"
#include "services/metrics/series.h"

namespace millrace::metrics {

/// A datum that is fit to be added.
struct Measured {
    ports::MetricId metric;
    std::string unit;
    WallTime time;
    Statistics values;
};

/// `where` is what the request calls it: "MetricData.member.1". Errors are AWS's of PutMetricData.
[[nodiscard]] aws::Outcome<Measured> read_datum(const aws::Scope& scope, const std::string& name_space,
                                                api::cloudwatch::MetricDatum datum, const std::string& where,
                                                WallTime now);

}  // namespace millrace::metrics
