#pragma once

#include "ports/metric_sink.h"
#include "services/metrics/metric_store.h"

namespace millrace::metrics {

/// What other services measure goes here.
class MetricPort final : public ports::MetricSink {
  public:
    explicit MetricPort(MetricStore& store) : store_(store) {}

    [[nodiscard]] std::unique_ptr<ports::MetricCounter> counter(ports::MetricId metric,
                                                                std::string unit) override;

  private:
    MetricStore& store_;
};

}  // namespace millrace::metrics
