#pragma once

#include <compare>
#include <map>
#include <memory>
#include <string>

#include "aws/context.h"

namespace millrace::ports {

/// Which metric: of an account and region, with exactly these dimensions.
struct MetricId {
    aws::Scope scope;
    std::string name_space;  ///< "AWS/Lambda"
    std::string name;        ///< "PolledEventCount"
    std::map<std::string, std::string> dimensions;
    friend auto operator<=>(const MetricId&, const MetricId&) = default;
};

/// Where values of one metric go. Good as long as the sink is, whatever the sink forgets.
class MetricCounter {
  public:
    virtual ~MetricCounter() = default;
    /// One value, now. Costs the same however much is stored.
    virtual void add(double value) = 0;
};

/// What services measure about themselves: what services/metrics offers.
/// Threads: the home executor.
class MetricSink {
  public:
    virtual ~MetricSink() = default;
    /// `unit` as CloudWatch names it: "Count". The metric is there from its first value on.
    [[nodiscard]] virtual std::unique_ptr<MetricCounter> counter(MetricId metric, std::string unit) = 0;
};

}  // namespace millrace::ports
