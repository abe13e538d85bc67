#include <utility>

#include "aws/common_errors.h"
#include "services/kinesis/errors.h"
#include "services/kinesis/limits.h"
#include "services/kinesis/ops/description.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"
#include "services/kinesis/shard_iterator.h"

namespace millrace::kinesis {
namespace {

/// The stream's shard that the iterator belongs to. One of an earlier stream of the same name does not.
aws::Outcome<const Shard*> find_shard_of(const Stream& stream, const ShardIterator& iterator) {
    const Shard* shard = stream.shards.find(iterator.shard);
    if (shard == nullptr || shard->log != iterator.log) {
        return std::unexpected(shard_not_found(stream, shard_name(iterator.shard)));
    }
    return shard;
}

}  // namespace

void get_records(Streams& streams, const aws::RequestContext& context, api::kinesis::GetRecordsInput input,
                 aws::Reply<api::kinesis::GetRecords> reply) {
    const auto iterator = parse_shard_iterator(input.shard_iterator);
    if (!iterator) return reply(std::unexpected(invalid_argument("Invalid ShardIterator.")));
    const WallTime now = streams.clock().now();
    if (is_expired(*iterator, now)) {
        return reply(
            std::unexpected(api::kinesis::expired_iterator_exception(expired_message(*iterator, now))));
    }
    Target target = target_of(input);
    target.name = iterator->stream;
    const auto stream = resolve_usable(streams.state(), context.scope, target);
    if (!stream) return reply(std::unexpected(stream.error()));
    const auto shard = find_shard_of(**stream, *iterator);
    if (!shard) return reply(std::unexpected(shard.error()));

    const storage::ReadLimits limits{
        .entries = static_cast<std::size_t>(input.limit.value_or(kGetRecordsCountMax)),
        .bytes = kGetRecordsBytesMax};
    streams.read(**shard, iterator->offset, limits,
                 [streams = streams.shared_from_this(), next = *iterator, shard = **shard,
                  children = describe_children(**stream, **shard), encryption = encryption_used(**stream),
                  now, reply = std::move(reply)](Result<std::vector<StoredRecord>> records) mutable {
                     if (!records)
                         return reply(std::unexpected(aws::internal_failure(records.error().message)));
                     if (!records->empty()) next.offset = storage::Offset{records->back().offset.value() + 1};
                     next.created = now;
                     const storage::Offset end = streams->store().end(shard.log);
                     api::kinesis::GetRecordsOutput output{
                         .records = describe_records(*records, shard, encryption),
                         .millis_behind_latest = millis_behind(*records, end, now)};
                     if (shard.closed && (records->empty() || next.offset >= end)) {
                         output.child_shards = std::move(children);
                     } else {
                         output.next_shard_iterator = to_token(next);
                     }
                     reply(std::move(output));
                 });
}

}  // namespace millrace::kinesis
