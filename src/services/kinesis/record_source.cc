#include "services/kinesis/record_source.h"

#include <fmt/format.h>
#include <utility>

namespace millrace::kinesis {
namespace {

// The stream that an ARN names, itself or by one of its consumers, which must be there, too.
std::optional<StreamId> named_stream(const std::string& arn) {
    const auto consumer = parse_consumer_arn(arn);
    if (!consumer) return parse_stream_arn(arn);
    return consumer->stream;
}

bool has_consumer(Streams& streams, const std::string& arn) {
    const auto id = parse_consumer_arn(arn);
    if (!id) return true;
    const Consumer* consumer = streams.consumers().state().find(*id);
    return consumer != nullptr && consumer->status == ConsumerStatus::kActive;
}

Result<const Stream*> find_stream(Streams& streams, const std::string& arn) {
    const auto id = named_stream(arn);
    if (!id) return fail(ErrorCode::kInvalidArgument, fmt::format("{} is not the ARN of a stream", arn));
    if (!has_consumer(streams, arn)) {
        return fail(ErrorCode::kNotFound, fmt::format("consumer {} does not exist", arn));
    }
    const Stream* stream = streams.state().find(id->scope, id->name);
    if (stream == nullptr || !is_usable(stream->status)) {
        return fail(ErrorCode::kNotFound, fmt::format("stream {} does not exist", arn));
    }
    return stream;
}

Result<Shard> find_shard_in(Streams& streams, const std::string& arn, const std::string& shard_id) {
    const auto stream = find_stream(streams, arn);
    if (!stream) return std::unexpected(stream.error());
    const Shard* shard = find_shard(**stream, shard_id);
    if (shard == nullptr)
        return fail(ErrorCode::kNotFound, fmt::format("stream {} has no shard {}", arn, shard_id));
    return *shard;
}

ports::SourceRecord to_source_record(const Shard& shard, const StoredRecord& stored) {
    return {.cursor = ports::Cursor{stored.offset.value()},
            .sequence_number = to_string(sequence_number(shard, stored.offset)),
            .partition_key = std::string(stored.record.partition_key),
            .arrival = stored.arrival,
            // The data stands at the end of the payload.
            .data = stored.payload.slice(stored.payload.size() - stored.record.data.size())};
}

}  // namespace

Result<std::vector<ports::SourceShard>> StreamRecordSource::shards(const std::string& stream_arn) const {
    const auto stream = find_stream(*streams_, stream_arn);
    if (!stream) return std::unexpected(stream.error());
    std::vector<ports::SourceShard> shards;
    for (const auto& [index, shard] : (*stream)->shards.by_index()) {
        shards.push_back({.shard_id = shard_name(index), .incarnation = shard.log.value()});
        for (const auto& parent : {shard.parent, shard.adjacent_parent}) {
            if (parent) shards.back().parents.push_back(shard_name(*parent));
        }
    }
    return shards;
}

void StreamRecordSource::locate(const std::string& stream_arn, const std::string& shard_id,
                                ports::StartingPosition position, WallTime timestamp,
                                std::move_only_function<void(Result<ports::Cursor>)> done) {
    const auto shard = find_shard_in(*streams_, stream_arn, shard_id);
    if (!shard) return done(std::unexpected(shard.error()));
    storage::LogStore& store = streams_->store();
    switch (position) {
        case ports::StartingPosition::kTrimHorizon:
            return done(ports::Cursor{store.begin(shard->log).value()});
        case ports::StartingPosition::kLatest:
            return done(ports::Cursor{store.end(shard->log).value()});
        case ports::StartingPosition::kAtTimestamp:
            store.find_time(shard->log, timestamp,
                            [done = std::move(done)](Result<storage::Offset> offset) mutable {
                                if (!offset) return done(std::unexpected(std::move(offset.error())));
                                done(ports::Cursor{offset->value()});
                            });
            return;
    }
}

void StreamRecordSource::read(const std::string& stream_arn, const std::string& shard_id, ports::Cursor from,
                              ports::SourceLimits limits,
                              std::move_only_function<void(Result<ports::SourceBatch>)> done) {
    const auto shard = find_shard_in(*streams_, stream_arn, shard_id);
    if (!shard) return done(std::unexpected(shard.error()));
    streams_->read(*shard, storage::Offset{from.value()}, {.entries = limits.records, .bytes = limits.bytes},
                   [streams = streams_, shard = *shard,
                    done = std::move(done)](Result<std::vector<StoredRecord>> records) mutable {
                       if (!records) return done(std::unexpected(std::move(records.error())));
                       ports::SourceBatch batch;
                       batch.end_of_shard =
                           shard.closed && (records->empty() || records->back().offset.value() + 1 >=
                                                                    streams->store().end(shard.log).value());
                       batch.records.reserve(records->size());
                       for (const StoredRecord& stored : *records) {
                           batch.records.push_back(to_source_record(shard, stored));
                       }
                       done(std::move(batch));
                   });
}

std::unique_ptr<ports::Watch> StreamRecordSource::watch(const std::string& stream_arn,
                                                        std::move_only_function<void()> wake) {
    const auto id = named_stream(stream_arn);
    return streams_->watchers().add(id ? millrace::kinesis::stream_arn(id->scope, id->name) : stream_arn,
                                    std::move(wake));
}

}  // namespace millrace::kinesis
