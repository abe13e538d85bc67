#include <fmt/format.h>
#include <vector>

#include "services/metrics/errors.h"
#include "services/metrics/limits.h"
#include "services/metrics/ops/datum.h"
#include "services/metrics/ops/operations.h"

namespace millrace::metrics {
namespace {

using api::cloudwatch::PutMetricDataInput;

aws::Outcome<void> check_request(const PutMetricDataInput& input) {
    if (input.entity_metric_data) return std::unexpected(not_offered("EntityMetricData"));
    if (input.strict_entity_validation) return std::unexpected(not_offered("StrictEntityValidation"));
    if (input.namespace_.starts_with("AWS/")) {
        return std::unexpected(
            invalid_value(fmt::format("The value {} for parameter Namespace is invalid.", input.namespace_)));
    }
    if (!input.metric_data || input.metric_data->empty())
        return std::unexpected(missing_parameter("MetricData"));
    if (input.metric_data->size() > kDatumsMax) {
        return std::unexpected(invalid_value(
            fmt::format("The collection MetricData must not have a size greater than {}.", kDatumsMax)));
    }
    return {};
}

}  // namespace

void put_metric_data(MetricStore& store, const aws::RequestContext& context, PutMetricDataInput input,
                     aws::Reply<api::cloudwatch::PutMetricData> reply) {
    if (auto fits = check_request(input); !fits) return reply(std::unexpected(std::move(fits.error())));
    const WallTime now = store.clock().now();
    std::vector<Measured> all;
    for (api::cloudwatch::MetricDatum& datum : *input.metric_data) {
        auto measured = read_datum(context.scope, input.namespace_, std::move(datum),
                                   fmt::format("MetricData.member.{}", all.size() + 1), now);
        if (!measured) return reply(std::unexpected(std::move(measured.error())));
        all.push_back(std::move(*measured));
    }
    for (const Measured& one : all) store.add(one.metric, one.unit, one.time, one.values);
    reply({});
}

}  // namespace millrace::metrics
