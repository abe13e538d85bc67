#include "services/metrics/metric_port.h"

#include <utility>

namespace millrace::metrics {

namespace {

/// Looks its series up once a minute.
class Counter final : public ports::MetricCounter {
  public:
    Counter(MetricStore& store, ports::MetricId metric, std::string unit)
        : store_(store), metric_(std::move(metric)), unit_(std::move(unit)) {}

    void add(double value) override {
        const WallTime now = store_.clock().now();
        if (series_ && !series_->points.empty()) {
            const auto newest = series_->points.rbegin();
            if (newest->first == minute_of(now)) return newest->second.add(Statistics::of(value));
        }
        series_ = store_.add(metric_, unit_, now, Statistics::of(value));
    }

  private:
    MetricStore& store_;
    ports::MetricId metric_;
    std::string unit_;
    SeriesPtr series_;
};

}  // namespace

std::unique_ptr<ports::MetricCounter> MetricPort::counter(ports::MetricId metric, std::string unit) {
    return std::make_unique<Counter>(store_, std::move(metric), std::move(unit));
}

}  // namespace millrace::metrics
