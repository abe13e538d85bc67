#pragma once

#include <memory>

#include "base/time.h"
#include "ports/metric_sink.h"

namespace millrace::aws {
class Registry;
}

namespace millrace::metrics {

/// CloudWatch's metrics, in memory. Home executor only.
class Service {
  public:
    /// The clock must outlive the service.
    explicit Service(const Clock& clock);
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    void register_operations(aws::Registry& registry);
    [[nodiscard]] ports::MetricSink& metric_sink();

    /// Forgets all metrics.
    void reset();

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace millrace::metrics
