#include <utility>

#include "services/kinesis/errors.h"
#include "services/kinesis/limits.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"
#include "services/kinesis/options.h"
#include "services/kinesis/tags.h"
#include "services/kinesis/warm_throughput.h"

namespace millrace::kinesis {
namespace {

aws::Outcome<StreamOptions> options_of(const aws::Scope& scope, bool advantage,
                                       api::kinesis::CreateStreamInput& input) {
    StreamOptions options;
    // Who asks for neither gets what AWS makes of it.
    options.on_demand = input.stream_mode_details ? input.stream_mode_details->stream_mode == "ON_DEMAND"
                                                  : !input.shard_count;
    if (options.on_demand && input.shard_count) {
        return std::unexpected(
            invalid_argument("ShardCount must not be specified for streams in ON_DEMAND mode."));
    }
    if (!options.on_demand && !input.shard_count) {
        return std::unexpected(
            api::kinesis::validation_exception("1 validation error detected: Value null at 'shardCount' "
                                               "failed to satisfy constraint: Member must not be "
                                               "null"));
    }
    if (input.record_distribution_strategy) {
        auto set = set_distribution(options, *input.record_distribution_strategy);
        if (!set) return std::unexpected(std::move(set.error()));
    }
    options.shard_count = input.shard_count.value_or(kOnDemandShards);
    if (input.warm_throughput_mibps) {
        auto set = set_warm_throughput(options, *input.warm_throughput_mibps, advantage);
        if (!set) return std::unexpected(std::move(set.error()));
        options.shard_count = shards_for_warm_throughput(*input.warm_throughput_mibps);
    }
    options.record_kib_max = input.max_record_size_in_kib.value_or(kRecordKiBDefault);
    if (input.tags) {
        const Tagged stream{.scope = scope, .kind = "stream", .name = input.stream_name};
        auto added = add_tags(stream, options.tags, std::move(*input.tags));
        if (!added) return std::unexpected(std::move(added.error()));
    }
    return options;
}

}  // namespace

void create_stream(Streams& streams, const aws::RequestContext& context,
                   api::kinesis::CreateStreamInput input, aws::Reply<api::kinesis::CreateStream> reply) {
    const bool advantage = has_advantage(streams.accounts(), context.scope, streams.clock().now());
    auto options = options_of(context.scope, advantage, input);
    if (!options) return reply(std::unexpected(std::move(options.error())));
    streams.create(context.scope, std::move(input.stream_name), std::move(*options),
                   answer_nothing(std::move(reply)));
}

}  // namespace millrace::kinesis
