#include "services/kinesis/shard_feed.h"

#include <algorithm>
#include <utility>

#include "api/kinesis.h"
#include "aws/event_stream.h"
#include "services/kinesis/limits.h"
#include "services/kinesis/ops/description.h"

namespace millrace::kinesis {
namespace {

using api::kinesis::SubscribeToShardEvent;

SharedBytes to_frame(aws::Protocol protocol, const SubscribeToShardEvent& event) {
    const aws::EventModel& model = api::kinesis::SubscribeToShard::model().events.front();
    return SharedBytes(aws::event_frame(protocol, model, &event));
}

}  // namespace

ShardFeed::ShardFeed(std::shared_ptr<Streams> streams, StreamId stream, const Shard& shard,
                     aws::Protocol protocol)
    : streams_(std::move(streams)),
      stream_(std::move(stream)),
      shard_(shard),
      protocol_(protocol),
      seen_(streams_->store().end(shard.log)) {}

void ShardFeed::start() {
    watch_ = streams_->watchers().add(stream_arn(stream_.scope, stream_.name), [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->stream_changed();
    });
}

const Shard* ShardFeed::current() const {
    const Stream* stream = streams_->state().find(stream_.scope, stream_.name);
    const Shard* shard = stream == nullptr ? nullptr : stream->shards.find(shard_.index);
    return shard != nullptr && shard->log == shard_.log ? shard : nullptr;
}

bool ShardFeed::has_more(storage::Offset from) const {
    return from < streams_->store().end(shard_.log);
}

bool ShardFeed::ends_at(storage::Offset place) const {
    const Shard* shard = current();
    return shard != nullptr && !shard->open() && !has_more(place);
}

/// Appends to other shards of the stream end here.
void ShardFeed::stream_changed() {
    const storage::Offset end = streams_->store().end(shard_.log);
    if (end == seen_ && exists() && !ends_at(end)) return;
    seen_ = end;
    // A reader may remove itself, or end others.
    const std::vector<Reader*> told = readers_;
    for (Reader* reader : told) {
        if (std::ranges::find(readers_, reader) != readers_.end()) reader->shard_changed();
    }
}

void ShardFeed::read(storage::Offset from, ReadDone done) {
    if (newest_ && newest_->from == from) {
        return done(Batch{.next = newest_->next, .frame = newest_->frame, .bytes = newest_->bytes});
    }
    const auto [reads, first] = reads_.try_emplace(from);
    reads->second.push_back(std::move(done));
    if (!first) return;
    streams_->read(shard_, from, {.entries = kSubscribeEventRecordsMax, .bytes = kSubscribeEventBytesMax},
                   [weak = weak_from_this(), from](Result<std::vector<StoredRecord>> records) {
                       if (const auto self = weak.lock()) self->finish_read(from, records);
                   });
}

void ShardFeed::finish_read(storage::Offset from, const Result<std::vector<StoredRecord>>& records) {
    std::vector<ReadDone> waiting = std::move(reads_.extract(from).mapped());
    Batch batch{.next = from, .frame = std::nullopt};
    if (records && !records->empty()) {
        newest_ = encode(from, *records);
        batch = {.next = newest_->next, .frame = newest_->frame, .bytes = newest_->bytes};
    }
    for (ReadDone& done : waiting) {
        if (records) {
            done(batch);
        } else {
            done(std::unexpected(records.error()));
        }
    }
}

ShardFeed::Event ShardFeed::encode(storage::Offset from, const std::vector<StoredRecord>& records) const {
    const storage::Offset next{records.back().offset.value() + 1};
    const Stream* stream = streams_->state().find(stream_.scope, stream_.name);
    const SubscribeToShardEvent event{
        .records =
            describe_records(records, shard_, stream == nullptr ? std::nullopt : encryption_used(*stream)),
        .continuation_sequence_number = sequence_number_at(next),
        .millis_behind_latest =
            millis_behind(records, streams_->store().end(shard_.log), streams_->clock().now())};
    return {.from = from, .next = next, .frame = to_frame(protocol_, event), .bytes = bytes_of(records)};
}

SharedBytes ShardFeed::heartbeat(storage::Offset at) {
    if (!heartbeat_ || heartbeat_->from != at) {
        const SubscribeToShardEvent event{.continuation_sequence_number = sequence_number_at(at)};
        heartbeat_ = Event{.from = at, .next = at, .frame = to_frame(protocol_, event)};
    }
    return heartbeat_->frame;
}

SharedBytes ShardFeed::last_event() {
    if (!last_event_) {
        const Stream* stream = streams_->state().find(stream_.scope, stream_.name);
        SubscribeToShardEvent event;
        if (const Shard* shard = current()) event.child_shards = describe_children(*stream, *shard);
        last_event_ = to_frame(protocol_, event);
    }
    return *last_event_;
}

/// Of the last record before the place, or of the shard's beginning: reading after it misses nothing and
/// repeats nothing.
std::string ShardFeed::sequence_number_at(storage::Offset next) const {
    SequenceNumber number = starting_sequence_number(shard_);
    number.position = next.value();
    return to_string(number);
}

}  // namespace millrace::kinesis
