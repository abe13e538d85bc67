#include <utility>

#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"
#include "services/kinesis/options.h"

namespace millrace::kinesis {

void update_stream_record_distribution_strategy(
    Streams& streams, const aws::RequestContext& context,
    api::kinesis::UpdateStreamRecordDistributionStrategyInput input,
    aws::Reply<api::kinesis::UpdateStreamRecordDistributionStrategy> reply) {
    const auto name = resolve_name(context.scope, target_of(input));
    if (!name) return reply(std::unexpected(name.error()));
    streams.change(
        context.scope, *name,
        [&](StreamOptions& options) { return set_distribution(options, input.record_distribution_strategy); },
        answer_nothing(std::move(reply)));
}

}  // namespace millrace::kinesis
