#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "ports/metric_sink.h"

namespace millrace::lambda::testing {

/// Adds up what is measured.
class MemoryMetrics final : public ports::MetricSink {
  public:
    [[nodiscard]] std::unique_ptr<ports::MetricCounter> counter(ports::MetricId metric,
                                                                std::string unit) override {
        return std::make_unique<Counter>(*this, std::move(metric), std::move(unit));
    }

    /// By name, of all that have a value: sums, and how many values there were.
    std::map<std::string, double> sums;
    std::map<std::string, int> values;
    ports::MetricId last;  ///< that was measured
    std::string last_unit;

  private:
    struct Counter final : ports::MetricCounter {
        Counter(MemoryMetrics& all, ports::MetricId id, std::string its_unit)
            : metrics(all), metric(std::move(id)), unit(std::move(its_unit)) {}
        void add(double value) override {
            metrics.sums[metric.name] += value;
            ++metrics.values[metric.name];
            metrics.last = metric;
            metrics.last_unit = unit;
        }
        MemoryMetrics& metrics;
        ports::MetricId metric;
        std::string unit;
    };
};

}  // namespace millrace::lambda::testing
