#include "services/metrics/metric_store.h"

#include <iterator>

namespace millrace::metrics {

SeriesPtr MetricStore::add(const ports::MetricId& metric, const std::string& unit, WallTime time,
                           const Statistics& values) {
    const Minute minute = minute_of(time);
    if (const Metric* known = find(metric)) {
        const auto series = known->units.find(unit);
        if (series != known->units.end()) {
            const auto point = series->second->points.find(minute);
            if (point != series->second->points.end()) {
                point->second.add(values);
                return series->second;
            }
        }
    }
    make_room(metric, unit);
    SeriesPtr series = obtain(metric, unit);
    series->points.emplace(minute, values);
    by_time_.emplace(minute, series.get());
    by_activity_.splice(by_activity_.end(), by_activity_, series->place);
    return series;
}

const MetricStore::Metrics& MetricStore::metrics() {
    expire();
    return metrics_;
}

const MetricStore::Metric* MetricStore::find(const ports::MetricId& metric) {
    expire();
    const auto found = metrics_.find(metric);
    return found == metrics_.end() ? nullptr : &found->second;
}

bool MetricStore::has(const ports::MetricId& metric, const std::string& unit) const {
    const auto found = metrics_.find(metric);
    return found != metrics_.end() && found->second.units.contains(unit);
}

void MetricStore::make_room(const ports::MetricId& metric, const std::string& unit) {
    while (by_time_.size() >= limits_.points_max) drop_oldest_point();
    if (series_count_ >= limits_.series_max && !has(metric, unit)) drop_series(*by_activity_.front());
}

SeriesPtr MetricStore::obtain(const ports::MetricId& metric, const std::string& unit) {
    const auto [found, is_new] = metrics_.try_emplace(metric);
    if (is_new) found->second.number = ++last_number_;
    SeriesPtr& series = found->second.units[unit];
    if (!series) {
        series = std::make_shared<Series>(Series{.metric = metric, .unit = unit});
        series->place = by_activity_.insert(by_activity_.end(), series.get());
        ++series_count_;
    }
    return series;
}

void MetricStore::expire() {
    const Minute oldest = minute_of(clock_.now() - kRetention);
    while (!by_time_.empty() && by_time_.begin()->first < oldest) drop_oldest_point();
}

void MetricStore::drop_oldest_point() {
    const auto [minute, series] = *by_time_.begin();
    by_time_.erase(by_time_.begin());
    series->points.erase(minute);
    if (series->points.empty()) forget(*series);
}

void MetricStore::drop_series(Series& series) {
    for (const auto& [minute, values] : series.points) by_time_.erase({minute, &series});
    series.points.clear();  // counters see that it is gone
    forget(series);
}

void MetricStore::forget(const Series& series) {
    by_activity_.erase(series.place);
    --series_count_;
    const auto metric = metrics_.find(series.metric);
    // The series may go with its place here.
    metric->second.units.erase(std::string(series.unit));
    if (metric->second.units.empty()) metrics_.erase(metric);
}

void MetricStore::clear() {
    for (Series* series : by_activity_) series->points.clear();
    by_time_.clear();
    by_activity_.clear();
    metrics_.clear();
    series_count_ = 0;
}

}  // namespace millrace::metrics
