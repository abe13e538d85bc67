#include "services/kinesis/streams.h"

#include <charconv>
#include <fmt/format.h>
#include <utility>

#include "base/log.h"
#include "services/kinesis/stream_json.h"
#include "storage/entry_buffer.h"

namespace millrace::kinesis {
namespace {

/// "kinesis/removed/<log id>": logs of deleted streams whose bytes may still be there.
constexpr std::string_view kRemovedPrefix = "kinesis/removed/";

std::string removed_key(storage::LogId log) {
    return fmt::format("{}{}", kRemovedPrefix, log.value());
}

Result<storage::LogId> parse_removed_key(std::string_view key) {
    const std::string_view digits = key.substr(kRemovedPrefix.size());
    std::uint64_t log = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), log);
    if (error != std::errc{} || end != digits.data() + digits.size()) {
        return fail(ErrorCode::kCorruption, fmt::format("the catalog's entry {} is damaged: not a log", key));
    }
    return storage::LogId{log};
}

aws::Outcome<void> to_outcome(const Result<>& result) {
    if (!result) return std::unexpected(aws::to_service_error(result.error()));
    return {};
}

Result<std::vector<StoredRecord>> decode(std::vector<storage::Entry> entries) {
    std::vector<StoredRecord> records;
    records.reserve(entries.size());
    for (storage::Entry& entry : entries) {
        const auto record = decode_record(entry.payload.view());
        if (!record) return std::unexpected(record.error());
        records.push_back({.offset = entry.offset,
                           .arrival = entry.time,
                           .record = *record,
                           .payload = std::move(entry.payload)});
    }
    return records;
}

}  // namespace

Streams::Streams(const Dependencies& dependencies)
    : executor_(dependencies.executor),
      clock_(dependencies.clock),
      store_(dependencies.store),
      catalog_(dependencies.catalog),
      watchers_(executor_),
      retention_(executor_, clock_, store_, state_),
      consumers_(std::make_shared<Consumers>(catalog_, clock_)) {}

Result<std::shared_ptr<Streams>> Streams::open(const Dependencies& dependencies) {
    std::shared_ptr<Streams> streams(new Streams(dependencies));
    if (auto restored = streams->restore(); !restored) return std::unexpected(std::move(restored.error()));
    streams->retention_.sweep();
    return streams;
}

Result<> Streams::restore() {
    for (const auto& [key, value] : catalog_.list(kStreamsPrefix)) {
        auto stream = parse_stream(key, value);
        if (!stream) return std::unexpected(std::move(stream.error()));
        state_.restore(std::move(*stream));
    }
    if (auto restored = consumers_->restore(); !restored) return restored;
    for (const auto& [key, value] : catalog_.list(kRemovedPrefix)) {
        const auto log = parse_removed_key(key);
        if (!log) return std::unexpected(log.error());
        remove_log(*log);
    }
    return {};
}

void Streams::create(const aws::Scope& scope, std::string name, StreamOptions options, Done done) {
    auto stream = state_.begin_create(scope, std::move(name), std::move(options), clock_.now(),
                                      [this] { return catalog_.new_log_id(); });
    if (!stream) return done(std::unexpected(std::move(stream.error())));
    storage::CatalogChange change{.puts = {{catalog_key(scope, stream->name), to_json(*stream)}}};
    catalog_.commit(std::move(change), [weak = weak_from_this(), stream = std::move(*stream),
                                        done = std::move(done)](Result<> committed) mutable {
        if (const auto self = weak.lock()) {
            self->state_.finish_create(stream, committed.has_value());
            self->watchers_.notify(stream_arn(stream.scope, stream.name));
        }
        done(to_outcome(committed));
    });
}

void Streams::remove(const aws::Scope& scope, std::string_view name, Done done) {
    auto stream = state_.begin_delete(scope, name);
    if (!stream) return done(std::unexpected(std::move(stream.error())));
    storage::CatalogChange change{.erases = {catalog_key(scope, name)}};
    consumers_->erase_with({.scope = scope, .name = stream->name}, change);
    for (const Shard& shard : stream->shards) change.puts.emplace_back(removed_key(shard.log), "");
    catalog_.commit(std::move(change), [weak = weak_from_this(), stream = std::move(*stream),
                                        done = std::move(done)](Result<> committed) mutable {
        if (const auto self = weak.lock()) {
            self->state_.finish_delete(stream, committed.has_value());
            if (committed) {
                self->consumers_->erased({.scope = stream.scope, .name = stream.name});
                for (const Shard& shard : stream.shards) self->remove_log(shard.log);
                self->watchers_.notify(stream_arn(stream.scope, stream.name));
            }
        }
        done(to_outcome(committed));
    });
}

void Streams::change(const aws::Scope& scope, std::string_view name, ChangeOptions change, Done done) {
    auto stream = state_.begin_change(scope, name, std::move(change));
    if (!stream) return done(std::unexpected(std::move(stream.error())));
    storage::CatalogChange puts{.puts = {{catalog_key(scope, name), to_json(*stream)}}};
    catalog_.commit(std::move(puts), [weak = weak_from_this(), stream = std::move(*stream),
                                      done = std::move(done)](Result<> committed) mutable {
        if (const auto self = weak.lock()) {
            self->state_.finish_change(stream, committed.has_value());
            self->retention_.changed(stream);
        }
        done(to_outcome(committed));
    });
}

void Streams::append(const Stream& stream, std::span<const RecordView> records, AppendDone done) {
    const WallTime now = clock_.now();
    std::size_t bytes = 0;
    for (const RecordView& record : records) bytes += kRecordOverheadBytesMax + size_of(record);
    storage::EntryBuffer entries{records.size(), bytes};
    std::vector<Shard> shards;
    shards.reserve(records.size());
    for (const RecordView& record : records) {
        const Shard& shard = shard_for(stream, hash_key_of(record));
        shards.push_back(shard);
        append_record(entries.bytes(), record);
        entries.end_entry(shard.log, now);
    }
    retention_.appended(stream);
    store_.append(
        std::move(entries).take(),
        [weak = weak_from_this(), arn = stream_arn(stream.scope, stream.name), shards = std::move(shards),
         done = std::move(done)](Result<std::vector<storage::Offset>> offsets) mutable {
            if (!offsets) return done(std::unexpected(std::move(offsets.error())));
            if (const auto self = weak.lock()) self->watchers_.notify(arn);
            std::vector<SequenceNumber> numbers;
            numbers.reserve(shards.size());
            for (std::size_t i = 0; i < shards.size(); ++i) {
                numbers.push_back(sequence_number(shards[i], (*offsets)[i]));
            }
            done(std::move(numbers));
        });
}

void Streams::read(const Shard& shard, storage::Offset from, storage::ReadLimits limits, ReadDone done) {
    store_.read(shard.log, from, limits,
                [done = std::move(done)](Result<std::vector<storage::Entry>> entries) mutable {
                    if (!entries) return done(std::unexpected(std::move(entries.error())));
                    done(decode(std::move(*entries)));
                });
}

void Streams::remove_log(storage::LogId log) {
    store_.remove(log, [weak = weak_from_this(), log](Result<> removed) {
        const auto self = weak.lock();
        if (!self) return;
        // What fails here is done again at the next start.
        if (!removed) {
            millrace::log(LogLevel::kWarn, "cannot remove the log of a deleted shard",
                          {{"error", removed.error().message}});
            return;
        }
        self->catalog_.commit({.erases = {removed_key(log)}}, [](Result<>) {});
    });
}

void Streams::reset() {
    state_.clear();
    consumers_->reset();
    watchers_.notify_all();
}

}  // namespace millrace::kinesis
