#include <utility>

#include "services/kinesis/errors.h"
#include "services/kinesis/limits.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"
#include "services/kinesis/options.h"

namespace millrace::kinesis {
namespace {

aws::Outcome<StreamOptions> options_of(const aws::Scope& scope, api::kinesis::CreateStreamInput& input) {
    StreamOptions options;
    options.on_demand = input.stream_mode_details && input.stream_mode_details->stream_mode == "ON_DEMAND";
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
    if (input.warm_throughput_mibps) return std::unexpected(not_offered("WarmThroughputMiBps"));
    if (input.record_distribution_strategy == "AUTO")
        return std::unexpected(not_offered("RecordDistributionStrategy AUTO"));
    options.shard_count = input.shard_count.value_or(kOnDemandShards);
    options.record_kib_max = input.max_record_size_in_kib.value_or(kRecordKiBDefault);
    if (input.tags) options.tags = std::move(*input.tags);
    if (auto valid = check_tags(scope, input.stream_name, options.tags); !valid) {
        return std::unexpected(std::move(valid.error()));
    }
    return options;
}

}  // namespace

void create_stream(Streams& streams, const aws::RequestContext& context,
                   api::kinesis::CreateStreamInput input, aws::Reply<api::kinesis::CreateStream> reply) {
    auto options = options_of(context.scope, input);
    if (!options) return reply(std::unexpected(std::move(options.error())));
    streams.create(context.scope, std::move(input.stream_name), std::move(*options),
                   answer_nothing(std::move(reply)));
}

}  // namespace millrace::kinesis
