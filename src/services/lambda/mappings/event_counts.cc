#include "services/lambda/mappings/event_counts.h"

#include <string_view>

namespace millrace::lambda {

namespace {

constexpr std::array<std::string_view, EventCounts::kMetrics> kMetricNames{
    "PolledEventCount",       "FilteredOutEventCount", "InvokedEventCount",
    "FailedInvokeEventCount", "DroppedEventCount",     "OnFailureDestinationDeliveredEventCount",
    "DeletedEventCount"};

}  // namespace

EventCounts::EventCounts(const Mapping& mapping, ports::MetricSink& sink) {
    if (!mapping.counts_events) return;
    for (std::size_t i = 0; i < kMetrics; ++i) {
        counters_[i] = sink.counter({.scope = mapping.scope,
                                     .name_space = "AWS/Lambda",
                                     .name = std::string(kMetricNames[i]),
                                     .dimensions = {{"EventSourceMappingUUID", mapping.uuid}}},
                                    "Count");
    }
}

void EventCounts::add(Metric metric, std::size_t events) {
    if (const auto& counter = counters_[metric]) counter->add(static_cast<double>(events));
}

}  // namespace millrace::lambda
