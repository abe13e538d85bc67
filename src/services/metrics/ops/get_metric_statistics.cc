#include <algorithm>
#include <fmt/format.h>

#include "services/metrics/errors.h"
#include "services/metrics/limits.h"
#include "services/metrics/ops/dimensions.h"
#include "services/metrics/ops/operations.h"
#include "services/metrics/ops/time_range.h"

namespace millrace::metrics {
namespace {

using api::cloudwatch::GetMetricStatisticsInput;

aws::Outcome<void> check_statistics(const GetMetricStatisticsInput& input) {
    if (input.extended_statistics) return std::unexpected(not_offered("ExtendedStatistics"));
    if (input.statistics) return {};
    return std::unexpected(invalid_combination(
        "At least one of the parameters Statistics and ExtendedStatistics must be specified."));
}

aws::Outcome<void> check_range(const TimeRange& range) {
    if (const auto fault = range.find_fault()) return std::unexpected(invalid_value(*fault));
    if (range.periods() <= kStatisticsDatapointsMax) return {};
    return std::unexpected(invalid_combination(fmt::format(
        "You have requested up to {} datapoints, which exceeds the limit of {}. You may reduce the "
        "datapoints requested by increasing Period, or decreasing the time range.",
        range.periods(), kStatisticsDatapointsMax)));
}

api::cloudwatch::Datapoint describe(const Datapoints::value_type& datapoint, const std::string& unit,
                                    const std::vector<std::string>& statistics) {
    const auto& [minute, values] = datapoint;
    const auto asked = [&](std::string_view name) {
        return std::ranges::find(statistics, name) == statistics.end() ? std::nullopt : values.find(name);
    };
    return {.timestamp = minute,
            .sample_count = asked("SampleCount"),
            .average = asked("Average"),
            .sum = asked("Sum"),
            .minimum = asked("Minimum"),
            .maximum = asked("Maximum"),
            .unit = unit};
}

}  // namespace

void get_metric_statistics(MetricStore& store, const aws::RequestContext& context,
                           GetMetricStatisticsInput input,
                           aws::Reply<api::cloudwatch::GetMetricStatistics> reply) {
    const TimeRange range{.start = input.start_time, .end = input.end_time, .period = input.period};
    for (auto fits : {check_statistics(input), check_range(range)}) {
        if (!fits) return reply(std::unexpected(std::move(fits.error())));
    }
    auto dimensions = read_dimensions(std::move(input.dimensions), "Dimensions");
    if (!dimensions) return reply(std::unexpected(std::move(dimensions.error())));
    api::cloudwatch::GetMetricStatisticsOutput output{.label = input.metric_name};
    auto& shown = output.datapoints.emplace();
    const MetricStore::Metric* metric = store.find({.scope = context.scope,
                                                    .name_space = std::move(input.namespace_),
                                                    .name = std::move(input.metric_name),
                                                    .dimensions = std::move(*dimensions)});
    if (metric == nullptr) return reply(std::move(output));
    for (const auto& [unit, series] : metric->units) {
        if (input.unit && *input.unit != unit) continue;
        Datapoints datapoints;
        gather(*series, range, datapoints);
        for (const auto& datapoint : datapoints)
            shown.push_back(describe(datapoint, unit, *input.statistics));
    }
    reply(std::move(output));
}

}  // namespace millrace::metrics
