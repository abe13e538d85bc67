#include "services/metrics/ops/data_query.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "services/metrics/errors.h"
#include "services/metrics/limits.h"
#include "services/metrics/ops/dimensions.h"

namespace millrace::metrics {
namespace {

using api::cloudwatch::GetMetricDataInput;
using api::cloudwatch::MetricDataQuery;

std::unexpected<aws::ServiceError> refuse(std::string message) {
    return std::unexpected(validation_error(std::move(message)));
}

std::unexpected<aws::ServiceError> unoffered(std::string_view what) {
    return refuse(not_offered(what).message);
}

bool is_id(std::string_view text) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto fits = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; };
    return text.front() >= 'a' && text.front() <= 'z' && std::ranges::all_of(text, fits);
}

aws::Outcome<void> check_query(const MetricDataQuery& query, const aws::Scope& scope,
                               const std::string& where) {
    if (!is_id(query.id)) {
        return refuse(
            fmt::format("The value {} for parameter {}.Id is not matching the expected pattern "
                        "^[a-z][a-zA-Z0-9_]*$.",
                        query.id, where));
    }
    if (query.expression) return unoffered("Expression");
    if (!query.metric_stat) return refuse(fmt::format("The parameter {}.MetricStat is required.", where));
    if (query.period) return refuse(fmt::format("The parameter {}.Period is for expressions.", where));
    if (query.account_id.value_or(scope.account) != scope.account)
        return unoffered("The AccountId of another account");
    if (query.label && query.label->contains("${")) return unoffered("A dynamic label");
    const auto& metric = query.metric_stat->metric;
    if (!metric.namespace_ || !metric.metric_name) {
        return refuse(fmt::format("The parameter {}.MetricStat.Metric.{} is required.", where,
                                  metric.namespace_ ? "MetricName" : "Namespace"));
    }
    if (!Statistics::of(0).find(query.metric_stat->stat))
        return unoffered("The statistic " + query.metric_stat->stat);
    return {};
}

aws::Outcome<DataQuery> read_query(MetricDataQuery query, const aws::Scope& scope,
                                   const GetMetricDataInput& input, const std::string& where) {
    if (auto fits = check_query(query, scope, where); !fits) return std::unexpected(std::move(fits.error()));
    api::cloudwatch::MetricStat& stat = *query.metric_stat;
    const TimeRange range{.start = input.start_time, .end = input.end_time, .period = stat.period};
    if (const auto fault = range.find_fault()) return refuse(*fault);
    auto dimensions =
        read_dimensions(std::move(stat.metric.dimensions), where + ".MetricStat.Metric.Dimensions");
    if (!dimensions) return refuse(dimensions.error().message);
    return DataQuery{.id = std::move(query.id),
                     .label = query.label.value_or(*stat.metric.metric_name),
                     .metric = {.scope = scope,
                                .name_space = std::move(*stat.metric.namespace_),
                                .name = std::move(*stat.metric.metric_name),
                                .dimensions = std::move(*dimensions)},
                     .unit = std::move(stat.unit),
                     .statistic = std::move(stat.stat),
                     .range = range,
                     .returned = query.return_data.value_or(true)};
}

}  // namespace

aws::Outcome<std::vector<DataQuery>> read_queries(const aws::Scope& scope, GetMetricDataInput& input) {
    if (input.metric_data_queries.empty()) return refuse("The parameter MetricDataQueries is required.");
    if (input.metric_data_queries.size() > kQueriesMax) {
        return refuse(fmt::format("The collection MetricDataQueries must not have a size greater than {}.",
                                  kQueriesMax));
    }
    std::vector<DataQuery> queries;
    std::set<std::string> ids;
    for (MetricDataQuery& query : input.metric_data_queries) {
        const std::string where = fmt::format("MetricDataQueries.member.{}", queries.size() + 1);
        auto read = read_query(std::move(query), scope, input, where);
        if (!read) return std::unexpected(std::move(read.error()));
        if (!ids.insert(read->id).second)
            return refuse("The values for parameter Id in MetricDataQueries are not unique.");
        queries.push_back(std::move(*read));
    }
    return queries;
}

}  // namespace millrace::metrics
