#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "ports/metric_sink.h"
#include "services/lambda/mappings/mapping.h"

namespace millrace::lambda {

/// The metrics of a mapping with EventCount, as "Types of metrics for Lambda functions" in AWS's developer
/// guide defines them; without it, nothing is counted. Threads: the home executor.
class EventCounts {
  public:
    enum Metric {
        kPolled,       ///< read from the source; also 0
        kFilteredOut,  ///< of a mapping with filters; also 0
        kInvoked,      ///< handed to the function, each time it is tried
        kFailedInvoke,
        kDropped,               ///< given up, and told to no destination; not what the stream itself dropped
        kDestinationDelivered,  ///< told to the destination
        kDeleted,               ///< from the queue, after success; also 0
        kMetrics
    };

    EventCounts(const Mapping& mapping, ports::MetricSink& sink);

    void add(Metric metric, std::size_t events);
    /// What is only told when there is something.
    void add_any(Metric metric, std::size_t events) {
        if (events > 0) add(metric, events);
    }

  private:
    std::array<std::unique_ptr<ports::MetricCounter>, kMetrics> counters_;
};

}  // namespace millrace::lambda
