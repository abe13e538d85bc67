#include "services/kinesis/limits.h"
#include "services/kinesis/ops/operations.h"

namespace millrace::kinesis {

void describe_limits(Streams& streams, const aws::RequestContext& context, api::kinesis::DescribeLimitsInput,
                     aws::Reply<api::kinesis::DescribeLimits> reply) {
    const State::Usage usage = streams.state().usage(context.scope);
    reply(api::kinesis::DescribeLimitsOutput{
        .shard_limit = static_cast<std::int32_t>(kShardsMax),
        .open_shard_count = static_cast<std::int32_t>(usage.open_shards),
        .on_demand_stream_count = static_cast<std::int32_t>(usage.on_demand_streams),
        .on_demand_stream_count_limit = static_cast<std::int32_t>(kOnDemandStreamsMax),
        .channel_count = 0,
        .channel_count_limit = 0});
}

}  // namespace millrace::kinesis
