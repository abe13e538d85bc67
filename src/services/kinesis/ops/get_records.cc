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

struct Found {
    const Stream* stream;
    const Shard* shard;
};

/// The shard that the iterator means; AWS misses it also where there is no such stream. In a stream that was
/// deleted and made again, it is that of the same name, from its beginning.
aws::Outcome<Found> find(const State& state, const aws::Scope& scope, const Target& target,
                         ShardIterator& iterator) {
    const auto name = resolve_name(scope, target);
    if (!name) return std::unexpected(name.error());
    const Stream* stream = state.find(scope, *name);
    const bool usable = stream != nullptr && is_usable(stream->status);
    const Shard* shard = usable ? stream->shards.find(iterator.shard) : nullptr;
    if (shard == nullptr) return std::unexpected(shard_not_found(scope, *name, iterator.shard));
    if (shard->log != iterator.log) {
        iterator.log = shard->log;
        iterator.offset = storage::Offset{0};
    }
    return Found{.stream = stream, .shard = shard};
}

}  // namespace

void get_records(Streams& streams, const aws::RequestContext& context, api::kinesis::GetRecordsInput input,
                 aws::Reply<api::kinesis::GetRecords> reply) {
    auto iterator = parse_shard_iterator(input.shard_iterator);
    if (!iterator) return reply(std::unexpected(invalid_argument("Invalid ShardIterator.")));
    const WallTime now = streams.clock().now();
    if (is_expired(*iterator, now)) {
        return reply(
            std::unexpected(api::kinesis::expired_iterator_exception(expired_message(*iterator, now))));
    }
    Target target = target_of(input);
    target.name = iterator->stream;
    const auto found = find(streams.state(), context.scope, target, *iterator);
    if (!found) return reply(std::unexpected(found.error()));
    const Stream& stream = *found->stream;
    const Shard& source = *found->shard;
    if (input.dry_run.value_or(false))
        return reply(
            std::unexpected(answer_dry_run(streams.throttle(), stream_arn(stream.scope, stream.name))));

    if (Throttle* throttle = streams.throttle(); throttle != nullptr && !throttle->admit_read(source.log))
        return reply(std::unexpected(shard_rate_exceeded(stream, source.index)));

    const storage::ReadLimits limits{
        .entries = static_cast<std::size_t>(input.limit.value_or(kGetRecordsCountMax)),
        .bytes = kGetRecordsBytesMax};
    streams.read(source, iterator->offset, limits,
                 [streams = streams.shared_from_this(), next = *iterator, shard = source,
                  children = describe_children(stream, source), encryption = encryption_used(stream), now,
                  reply = std::move(reply)](Result<std::vector<StoredRecord>> records) mutable {
                     if (!records)
                         return reply(std::unexpected(aws::internal_failure(records.error().message)));
                     if (!records->empty()) next.offset = storage::Offset{records->back().offset.value() + 1};
                     next.created = now;
                     if (Throttle* throttle = streams->throttle())
                         throttle->count_read(shard.log, bytes_of(*records));
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
