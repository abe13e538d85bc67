#include <utility>

#include "services/kinesis/errors.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"
#include "services/kinesis/position.h"
#include "services/kinesis/shard_iterator.h"

namespace millrace::kinesis {

void get_shard_iterator(Streams& streams, const aws::RequestContext& context,
                        api::kinesis::GetShardIteratorInput input,
                        aws::Reply<api::kinesis::GetShardIterator> reply) {
    const auto found = resolve_usable(streams.state(), context.scope, target_of(input));
    if (!found) return reply(std::unexpected(found.error()));
    const Stream& stream = **found;
    const Shard* shard = find_shard(stream, input.shard_id);
    if (shard == nullptr) return reply(std::unexpected(shard_not_found(stream, input.shard_id)));
    const WallTime now = streams.clock().now();
    const Position position{.type = std::move(input.shard_iterator_type),
                            .sequence_number = std::move(input.starting_sequence_number),
                            .timestamp = input.timestamp};
    if (auto valid = check_position(position, now); !valid)
        return reply(std::unexpected(std::move(valid.error())));

    ShardIterator iterator{.stream = stream.name, .shard = shard->index, .log = shard->log, .created = now};
    locate(streams.store(), stream, *shard, position, "GetShardIterator",
           [iterator = std::move(iterator),
            reply = std::move(reply)](aws::Outcome<storage::Offset> offset) mutable {
               if (!offset) return reply(std::unexpected(std::move(offset.error())));
               iterator.offset = *offset;
               reply(api::kinesis::GetShardIteratorOutput{.shard_iterator = to_token(iterator)});
           });
}

}  // namespace millrace::kinesis
