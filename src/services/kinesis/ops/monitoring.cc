#include "services/kinesis/ops/monitoring.h"

#include <memory>

namespace millrace::kinesis {

void change_metrics(
    Streams& streams, const aws::RequestContext& context, const Target& target, AlterMetrics alter,
    std::move_only_function<void(aws::Outcome<api::kinesis::EnhancedMonitoringOutput>)> reply) {
    const auto name = resolve_name(context.scope, target);
    if (!name) return reply(std::unexpected(name.error()));
    const auto output = std::make_shared<api::kinesis::EnhancedMonitoringOutput>();
    output->stream_name = *name;
    output->stream_arn = stream_arn(context.scope, *name);
    streams.change(
        context.scope, *name,
        [output, alter = std::move(alter)](StreamOptions& options) mutable -> aws::Outcome<void> {
            std::set<std::string>& metrics = options.shard_metrics;
            output->current_shard_level_metrics.emplace(metrics.begin(), metrics.end());
            alter(metrics);
            output->desired_shard_level_metrics.emplace(metrics.begin(), metrics.end());
            return {};
        },
        [output, reply = std::move(reply)](aws::Outcome<void> outcome) mutable {
            if (!outcome) return reply(std::unexpected(std::move(outcome.error())));
            reply(std::move(*output));
        });
}

}  // namespace millrace::kinesis
