#include <utility>

#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"
#include "services/kinesis/resharding.h"

namespace millrace::kinesis {

// ScalingType has one value, UNIFORM_SCALING, which the model checks.
void update_shard_count(Streams& streams, const aws::RequestContext& context,
                        api::kinesis::UpdateShardCountInput input,
                        aws::Reply<api::kinesis::UpdateShardCount> reply) {
    auto name = resolve_name(context.scope, target_of(input));
    if (!name) return reply(std::unexpected(std::move(name.error())));
    const Stream* found = streams.state().find(context.scope, *name);
    const std::size_t current = found == nullptr ? 0 : found->shards.open_count();
    api::kinesis::UpdateShardCountOutput output{.stream_name = *name,
                                                .current_shard_count = static_cast<std::int32_t>(current),
                                                .target_shard_count = input.target_shard_count,
                                                .stream_arn = stream_arn(context.scope, *name)};
    streams.reshard(
        context.scope, *name, scale_to(input.target_shard_count, streams.clock().now()),
        [output = std::move(output), reply = std::move(reply)](aws::Outcome<void> outcome) mutable {
            if (!outcome) return reply(std::unexpected(std::move(outcome.error())));
            reply(std::move(output));
        });
}

}  // namespace millrace::kinesis
