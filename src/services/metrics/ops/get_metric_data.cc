#include <algorithm>
#include <fmt/format.h>

#include "base/number.h"
#include "services/metrics/errors.h"
#include "services/metrics/limits.h"
#include "services/metrics/ops/data_query.h"
#include "services/metrics/ops/operations.h"

namespace millrace::metrics {
namespace {

using api::cloudwatch::GetMetricDataInput;
using api::cloudwatch::MetricDataResult;

/// A part of all datapoints of all results, one after another.
struct Part {
    std::size_t begin;
    std::size_t end;
};

aws::Outcome<Part> read_part(const GetMetricDataInput& input) {
    const auto most = input.max_datapoints.value_or(kDataDatapointsMax);
    if (most < 1 || most > kDataDatapointsMax) {
        return std::unexpected(validation_error(fmt::format(
            "The value {} for parameter MaxDatapoints must be between 1 and {}.", most, kDataDatapointsMax)));
    }
    const auto begin = parse_number<std::uint32_t>(input.next_token.value_or("0"));
    if (!begin)
        return std::unexpected(api::cloudwatch::invalid_next_token("The specified NextToken is invalid."));
    return Part{.begin = *begin, .end = *begin + static_cast<std::size_t>(most)};
}

MetricDataResult answer(MetricStore& store, const DataQuery& query, bool descending) {
    Datapoints datapoints;
    if (const MetricStore::Metric* metric = store.find(query.metric)) {
        for (const auto& [unit, series] : metric->units) {
            if (query.unit.value_or(unit) == unit) gather(*series, query.range, datapoints);
        }
    }
    MetricDataResult result{.id = query.id, .label = query.label};
    auto& times = result.timestamps.emplace();
    auto& values = result.values.emplace();
    for (const auto& [minute, statistics] : datapoints) {
        times.emplace_back(minute);
        values.push_back(*statistics.find(query.statistic));
    }
    if (descending) {
        std::ranges::reverse(times);
        std::ranges::reverse(values);
    }
    return result;
}

template <class T>
void keep(std::vector<T>& items, std::size_t begin, std::size_t end) {
    const auto at = [&](std::size_t index) { return items.begin() + static_cast<std::ptrdiff_t>(index); };
    items.erase(at(end), items.end());
    items.erase(items.begin(), at(begin));
}

/// The results that have something in the part, and only that of them.
std::vector<MetricDataResult> cut(std::vector<MetricDataResult> results, const Part& part, bool is_last) {
    std::vector<MetricDataResult> shown;
    std::size_t begin = 0;
    for (MetricDataResult& result : results) {
        const std::size_t end = begin + result.values->size();
        const std::size_t first = std::max(begin, part.begin);
        const std::size_t last = std::min(end, part.end);
        const bool is_here =
            begin == end ? begin >= part.begin && (begin < part.end || is_last) : first < last;
        if (is_here) {
            keep(*result.timestamps, first - begin, last - begin);
            keep(*result.values, first - begin, last - begin);
            result.status_code = last < end ? "PartialData" : "Complete";
            shown.push_back(std::move(result));
        }
        begin = end;
    }
    return shown;
}

}  // namespace

void get_metric_data(MetricStore& store, const aws::RequestContext& context, GetMetricDataInput input,
                     aws::Reply<api::cloudwatch::GetMetricData> reply) {
    if (input.label_options)
        return reply(std::unexpected(validation_error(not_offered("LabelOptions").message)));
    const auto part = read_part(input);
    if (!part) return reply(std::unexpected(part.error()));
    const auto queries = read_queries(context.scope, input);
    if (!queries) return reply(std::unexpected(queries.error()));
    const bool descending = input.scan_by.value_or("TimestampDescending") == "TimestampDescending";
    std::vector<MetricDataResult> results;
    std::size_t datapoints = 0;
    for (const DataQuery& query : *queries) {
        if (!query.returned) continue;
        results.push_back(answer(store, query, descending));
        datapoints += results.back().values->size();
    }
    const bool is_last = part->end >= datapoints;
    api::cloudwatch::GetMetricDataOutput output;
    output.metric_data_results = cut(std::move(results), *part, is_last);
    if (!is_last) output.next_token = fmt::format("{}", part->end);
    output.messages.emplace();
    reply(std::move(output));
}

}  // namespace millrace::metrics
