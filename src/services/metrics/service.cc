#include "services/metrics/service.h"

#include "aws/registry.h"
#include "services/metrics/metric_port.h"
#include "services/metrics/ops/operations.h"

namespace millrace::metrics {

struct Service::Parts {
    explicit Parts(const Clock& clock) : store(clock) {}

    MetricStore store;
    MetricPort port{store};
};

Service::Service(const Clock& clock) : parts_(std::make_unique<Parts>(clock)) {}
Service::~Service() = default;

void Service::register_operations(aws::Registry& registry) {
    auto& store = parts_->store;
    registry.add<api::cloudwatch::GetMetricData>(store, get_metric_data);
    registry.add<api::cloudwatch::GetMetricStatistics>(store, get_metric_statistics);
    registry.add<api::cloudwatch::ListMetrics>(store, list_metrics);
    registry.add<api::cloudwatch::PutMetricData>(store, put_metric_data);
}

ports::MetricSink& Service::metric_sink() {
    return parts_->port;
}

void Service::reset() {
    parts_->store.clear();
}

}  // namespace millrace::metrics
