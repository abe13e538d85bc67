#include <utility>

#include "services/kinesis/errors.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"
#include "services/kinesis/position.h"
#include "services/kinesis/shard_iterator.h"

namespace millrace::kinesis {
namespace {

struct Found {
    const Stream* stream;
    const Shard* shard;
};

/// AWS misses the shard also where there is no such stream.
aws::Outcome<Found> find(const State& state, const aws::Scope& scope, const Target& target,
                         const std::string& shard_id) {
    const auto name = resolve_name(scope, target);
    if (!name) return std::unexpected(name.error());
    const auto index = resolve_shard_index(scope, *name, shard_id);
    if (!index) return std::unexpected(index.error());
    const Stream* stream = state.find(scope, *name);
    const bool usable = stream != nullptr && is_usable(stream->status);
    const Shard* shard = usable ? stream->shards.find(*index) : nullptr;
    if (shard == nullptr) return std::unexpected(shard_not_found(scope, *name, *index));
    return Found{.stream = stream, .shard = shard};
}

}  // namespace

void get_shard_iterator(Streams& streams, const aws::RequestContext& context,
                        api::kinesis::GetShardIteratorInput input,
                        aws::Reply<api::kinesis::GetShardIterator> reply) {
    const auto found = find(streams.state(), context.scope, target_of(input), input.shard_id);
    if (!found) return reply(std::unexpected(found.error()));
    const Stream& stream = *found->stream;
    const Shard* shard = found->shard;
    const WallTime now = streams.clock().now();
    const Position position{.type = std::move(input.shard_iterator_type),
                            .sequence_number = std::move(input.starting_sequence_number),
                            .timestamp = input.timestamp};
    if (auto valid = check_position(position, now); !valid)
        return reply(std::unexpected(std::move(valid.error())));

    Throttle* throttle = streams.throttle();
    if (throttle != nullptr && !throttle->admit_iterator(shard->log))
        return reply(std::unexpected(shard_rate_exceeded(stream, shard->index)));
    ShardIterator iterator{.stream = stream.name, .shard = shard->index, .log = shard->log, .created = now};
    locate(streams.store(), stream, *shard, position, "GetShardIterator",
           [iterator = std::move(iterator), scope = context.scope, dry_run = input.dry_run.value_or(false),
            streams = streams.shared_from_this(),
            reply = std::move(reply)](aws::Outcome<storage::Offset> offset) mutable {
               if (!offset) return reply(std::unexpected(std::move(offset.error())));
               if (dry_run)
                   return reply(std::unexpected(
                       answer_dry_run(streams->throttle(), stream_arn(scope, iterator.stream))));
               iterator.offset = *offset;
               reply(api::kinesis::GetShardIteratorOutput{.shard_iterator = to_token(iterator)});
           });
}

}  // namespace millrace::kinesis
