#include "services/kinesis/streams.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/log.h"
#include "services/kinesis/errors.h"
#include "services/kinesis/resharding.h"
#include "services/kinesis/stream_catalog.h"
#include "storage/entry_buffer.h"

namespace millrace::kinesis {
namespace {

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

std::size_t bytes_of(const std::vector<StoredRecord>& records) {
    std::size_t bytes = 0;
    for (const StoredRecord& stored : records) bytes += size_of(stored.record);
    return bytes;
}

Streams::Streams(const Dependencies& dependencies)
    : executor_(dependencies.executor),
      clock_(dependencies.clock),
      store_(dependencies.store),
      catalog_(dependencies.catalog),
      loose_(catalog_, store_, "kinesis/removed/"),
      accounts_(catalog_),
      watchers_(executor_),
      retention_(
          executor_, clock_, store_, state_,
          [this](const Stream& stream, std::vector<Shard> shards) { expire(stream, std::move(shards)); }),
      throttle_(dependencies.limits_of_aws ? std::make_unique<Throttle>(clock_) : nullptr),
      consumers_(std::make_shared<Consumers>(catalog_, clock_)) {}

Result<std::shared_ptr<Streams>> Streams::open(const Dependencies& dependencies) {
    std::shared_ptr<Streams> streams(new Streams(dependencies));
    if (auto restored = streams->restore(); !restored) return std::unexpected(std::move(restored.error()));
    streams->retention_.sweep();
    return streams;
}

Result<> Streams::restore() {
    auto stored = read_streams(catalog_);
    if (!stored) return std::unexpected(std::move(stored.error()));
    if (auto restored = accounts_.restore(); !restored) return restored;
    if (auto restored = consumers_->restore(); !restored) return restored;
    for (Stream& stream : *stored) state_.restore(std::move(stream));
    return loose_.give_back_all();
}

void Streams::create(const aws::Scope& scope, std::string name, StreamOptions options, Done done) {
    const auto stream = state_.begin_create(scope, std::move(name), std::move(options), clock_.now(),
                                            [this] { return catalog_.new_log_id(); });
    if (!stream) return done(std::unexpected(stream.error()));
    catalog_.commit(create_change(**stream), [weak = weak_from_this(), ref = ref_to(**stream),
                                              done = std::move(done)](Result<> committed) mutable {
        if (const auto self = weak.lock()) {
            self->state_.finish_create(ref, committed.has_value());
            self->watchers_.notify(stream_arn(ref.scope, ref.name));
        }
        done(aws::to_outcome(committed));
    });
}

void Streams::remove(const aws::Scope& scope, std::string_view name, Done done) {
    const auto stream = state_.begin_delete(scope, name);
    if (!stream) return done(std::unexpected(stream.error()));
    std::vector<storage::LogId> logs;
    for (const auto& [index, shard] : (*stream)->shards.by_index()) logs.push_back(shard.log);
    storage::CatalogChange change = remove_change(**stream, loose_);
    consumers_->erase_with({.scope = scope, .name = (*stream)->name}, change);
    catalog_.commit(std::move(change),
                    [weak = weak_from_this(), ref = ref_to(**stream), logs = std::move(logs),
                     done = std::move(done)](Result<> committed) mutable {
                        if (const auto self = weak.lock()) {
                            self->state_.finish_delete(ref, committed.has_value());
                            if (committed) {
                                self->consumers_->erased({.scope = ref.scope, .name = ref.name});
                                for (const storage::LogId log : logs) self->loose_.give_back(log);
                                self->watchers_.notify(stream_arn(ref.scope, ref.name));
                            }
                        }
                        done(aws::to_outcome(committed));
                    });
}

void Streams::change(const aws::Scope& scope, std::string_view name, ChangeOptions change, Done done) {
    auto changed = state_.begin_change(scope, name, std::move(change));
    if (!changed) return done(std::unexpected(std::move(changed.error())));
    auto puts = options_change(*state_.find(scope, name), changed->options);
    catalog_.commit(std::move(puts), [weak = weak_from_this(), changed = std::move(*changed),
                                      done = std::move(done)](Result<> committed) mutable {
        if (const auto self = weak.lock()) {
            self->state_.finish_change(changed, committed.has_value());
            if (const Stream* stream = self->state_.find(changed.stream)) self->retention_.changed(*stream);
        }
        done(aws::to_outcome(committed));
    });
}

void Streams::reshard(const aws::Scope& scope, std::string_view name, PlanReshard plan, Done done) {
    auto change = state_.begin_reshard(scope, name, std::move(plan), clock_.now(),
                                       [this] { return catalog_.new_log_id(); });
    if (!change) return done(std::unexpected(std::move(change.error())));
    auto puts = reshard_change(*state_.find(scope, name), *change);
    catalog_.commit(std::move(puts), [weak = weak_from_this(), change = std::move(*change),
                                      done = std::move(done)](Result<> committed) mutable {
        if (const auto self = weak.lock()) self->end_reshard(change, committed.has_value());
        done(aws::to_outcome(committed));
    });
}

void Streams::end_reshard(const ReshardChange& change, bool committed) {
    const Stream* stream = state_.find(change.stream);
    const bool other_period =
        stream != nullptr && stream->options.retention_hours != change.options.retention_hours;
    state_.finish_reshard(change, committed);
    if (!committed) {
        // Records may have been written to the new shards meanwhile; who put them is told that they are lost.
        ++failed_reshards_;
        for (const storage::LogId log : change.new_logs) store_.remove(log, [](const Result<>&) {});
        return;
    }
    if (stream != nullptr && !change.shards.empty()) retention_.appended(*stream);
    if (other_period) retention_.changed(*stream);
    watchers_.notify(stream_arn(change.stream.scope, change.stream.name));
}

void Streams::expire(const Stream& stream, std::vector<Shard> shards) {
    auto change = expire_change(stream, shards, loose_);
    catalog_.commit(std::move(change), [weak = weak_from_this(), ref = ref_to(stream),
                                        shards = std::move(shards)](Result<> committed) {
        const auto self = weak.lock();
        if (!self) return;
        if (!committed) {
            millrace::log(LogLevel::kWarn, "cannot remove expired shards",
                          {{"stream", ref.name}, {"error", committed.error().message}});
            return;
        }
        self->state_.expire(ref, shards);
        for (const Shard& shard : shards) self->loose_.give_back(shard.log);
        self->watchers_.notify(stream_arn(ref.scope, ref.name));
    });
}

void Streams::append(const Stream& stream, std::span<const RecordView> records, AppendDone done) {
    const WallTime now = clock_.now();
    std::size_t bytes = 0;
    for (const RecordView& record : records) bytes += kRecordOverheadBytesMax + size_of(record);
    storage::EntryBuffer entries{records.size(), bytes};
    std::vector<Route> routes;
    routes.reserve(records.size());
    std::vector<Written> written;
    written.reserve(records.size());
    std::optional<std::uint32_t> hot;
    for (const RecordView& record : records) {
        const HashKey key = stream.options.auto_distribution ? even_keys_.next() : hash_key_of(record);
        const Route& route = stream.routes.at(key);
        written.push_back({.number = route.start});
        if (throttle_ && !throttle_->admit_record(route.log, size_of(record))) {
            written.back().refusal =
                std::make_unique<aws::ServiceError>(shard_rate_exceeded(stream, route.start.shard_index));
            continue;
        }
        routes.push_back(route);
        append_record(entries.bytes(), record);
        entries.end_entry(route.log, now);
        if (stream.options.on_demand && load_.count(route.log, size_of(record), now)) {
            hot = route.start.shard_index;
        }
    }
    if (routes.empty()) return done(std::move(written));
    retention_.appended(stream);
    store_.append(std::move(entries).take(),
                  [weak = weak_from_this(), ref = ref_to(stream), routes = std::move(routes),
                   written = std::move(written), failed_reshards = failed_reshards_,
                   done = std::move(done)](Result<std::vector<storage::Offset>> offsets) mutable {
                      if (!offsets) return done(std::unexpected(std::move(offsets.error())));
                      if (const auto self = weak.lock()) {
                          if (failed_reshards != self->failed_reshards_ && !self->are_kept(ref, routes)) {
                              return done(fail(ErrorCode::kUnavailable,
                                               "the shard could not be opened: storage refused it"));
                          }
                          self->watchers_.notify_written(stream_arn(ref.scope, ref.name), routes);
                      }
                      auto offset = offsets->begin();
                      for (Written& record : written) {
                          if (!record.refusal) record.number = sequence_number(record.number, *offset++);
                      }
                      done(std::move(written));
                  });
    // Where that cannot be, the shard goes on as it is, and is tried again with its next record.
    if (hot) reshard(stream.scope, stream.name, split_hot_shard(*hot), [](const aws::Outcome<void>&) {});
}

bool Streams::are_kept(const StreamRef& ref, const std::vector<Route>& routes) const {
    const Stream* stream = state_.find(ref);
    return stream != nullptr && std::all_of(routes.begin(), routes.end(), [&](const Route& route) {
               const Shard* shard = stream->shards.find(route.start.shard_index);
               return shard != nullptr && shard->log == route.log;
           });
}

void Streams::read(const Shard& shard, storage::Offset from, storage::ReadLimits limits, ReadDone done) {
    limits.until_failure = true;
    store_.read(shard.log, from, limits,
                [done = std::move(done)](Result<std::vector<storage::Entry>> entries) mutable {
                    if (!entries) return done(std::unexpected(std::move(entries.error())));
                    done(decode(std::move(*entries)));
                });
}

void Streams::reset() {
    state_.clear();
    consumers_->reset();
    accounts_.reset();
    if (throttle_) throttle_->clear();
    watchers_.notify_all();
}

}  // namespace millrace::kinesis
