#include <algorithm>
#include <fmt/format.h>
#include <vector>

#include "base/number.h"
#include "services/metrics/errors.h"
#include "services/metrics/limits.h"
#include "services/metrics/ops/operations.h"

namespace millrace::metrics {
namespace {

using api::cloudwatch::ListMetricsInput;
using Entry = MetricStore::Metrics::value_type;

aws::Outcome<void> check_members(const ListMetricsInput& input, const aws::Scope& scope) {
    if (input.include_linked_accounts.value_or(false))
        return std::unexpected(not_offered("IncludeLinkedAccounts"));
    if (input.owning_account.value_or(scope.account) != scope.account)
        return std::unexpected(not_offered("The OwningAccount of another account"));
    return {};
}

/// The number of the last metric that was shown; 0 before the first.
aws::Outcome<std::uint64_t> read_token(const std::optional<std::string>& token) {
    if (!token) return 0;
    const auto number = parse_number<std::uint64_t>(*token);
    if (!number) {
        return std::unexpected(
            invalid_value(fmt::format("The value {} for parameter NextToken is invalid.", *token)));
    }
    return *number;
}

bool is_active(const MetricStore::Metric& metric, WallTime since) {
    return std::ranges::any_of(metric.units, [&](const auto& unit) {
        return unit.second->points.rbegin()->first >= minute_of(since);
    });
}

bool fits(const ListMetricsInput& input, const ports::MetricId& metric) {
    if (input.namespace_ && *input.namespace_ != metric.name_space) return false;
    if (input.metric_name && *input.metric_name != metric.name) return false;
    return !input.dimensions || std::ranges::all_of(*input.dimensions, [&](const auto& filter) {
        const auto found = metric.dimensions.find(filter.name);
        return found != metric.dimensions.end() && (!filter.value || *filter.value == found->second);
    });
}

/// In the order in which they came, so that a token holds whatever comes and goes between two pages.
std::vector<const Entry*> select_metrics(MetricStore& store, const aws::Scope& scope,
                                         const ListMetricsInput& input, std::uint64_t behind) {
    const WallTime active_since = store.clock().now() - kRecentlyActive;
    std::vector<const Entry*> selected;
    for (const Entry& entry : store.metrics()) {
        const bool wanted = entry.first.scope == scope && entry.second.number > behind &&
                            fits(input, entry.first) &&
                            (!input.recently_active || is_active(entry.second, active_since));
        if (wanted) selected.push_back(&entry);
    }
    std::ranges::sort(selected, {}, [](const Entry* entry) { return entry->second.number; });
    return selected;
}

api::cloudwatch::Metric describe(const ports::MetricId& metric) {
    api::cloudwatch::Metric shown{.namespace_ = metric.name_space, .metric_name = metric.name};
    auto& dimensions = shown.dimensions.emplace();
    for (const auto& [name, value] : metric.dimensions) dimensions.push_back({.name = name, .value = value});
    return shown;
}

}  // namespace

void list_metrics(MetricStore& store, const aws::RequestContext& context, ListMetricsInput input,
                  aws::Reply<api::cloudwatch::ListMetrics> reply) {
    if (auto offered = check_members(input, context.scope); !offered)
        return reply(std::unexpected(std::move(offered.error())));
    const auto behind = read_token(input.next_token);
    if (!behind) return reply(std::unexpected(behind.error()));
    auto selected = select_metrics(store, context.scope, input, *behind);
    api::cloudwatch::ListMetricsOutput output;
    if (selected.size() > kMetricsPageMax) {
        selected.resize(kMetricsPageMax);
        output.next_token = fmt::format("{}", selected.back()->second.number);
    }
    auto& metrics = output.metrics.emplace();
    for (const Entry* entry : selected) metrics.push_back(describe(entry->first));
    reply(std::move(output));
}

}  // namespace millrace::metrics
