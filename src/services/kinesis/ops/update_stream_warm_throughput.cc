#include <utility>

#include "services/kinesis/ops/description.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"
#include "services/kinesis/warm_throughput.h"

namespace millrace::kinesis {

// As UpdateShardCount, the answer says what was when the change began, and what will be.
void update_stream_warm_throughput(Streams& streams, const aws::RequestContext& context,
                                   api::kinesis::UpdateStreamWarmThroughputInput input,
                                   aws::Reply<api::kinesis::UpdateStreamWarmThroughput> reply) {
    auto name = resolve_name(context.scope, target_of(input));
    if (!name) return reply(std::unexpected(std::move(name.error())));
    api::kinesis::UpdateStreamWarmThroughputOutput output{.stream_arn = stream_arn(context.scope, *name),
                                                          .stream_name = *name};
    output.warm_throughput.emplace().target_mibps = input.warm_throughput_mibps;
    if (const Stream* stream = streams.state().find(context.scope, *name))
        output.warm_throughput->current_mibps = current_mibps(*stream);
    streams.reshard(
        context.scope, *name,
        warm_to(input.warm_throughput_mibps,
                has_advantage(streams.accounts(), context.scope, streams.clock().now())),
        [output = std::move(output), reply = std::move(reply)](aws::Outcome<void> outcome) mutable {
            if (!outcome) return reply(std::unexpected(std::move(outcome.error())));
            reply(std::move(output));
        });
}

}  // namespace millrace::kinesis
