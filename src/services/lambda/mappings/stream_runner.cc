#include "services/lambda/mappings/stream_runner.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/log.h"
#include "services/lambda/arn_part.h"
#include "services/lambda/filters/kinesis_filter.h"
#include "services/lambda/function.h"
#include "services/lambda/mappings/failure_object.h"
#include "services/lambda/mappings/failure_record.h"
#include "services/lambda/mappings/repetition.h"
#include "services/lambda/refused_pause.h"

namespace millrace::lambda {

namespace {

// Patterns were checked before they were kept.
FilterCriteria filter_of(const Mapping& mapping) {
    return FilterCriteria::compile(mapping.filters, FilterCriteria::Source::kKinesis)
        .value_or(FilterCriteria());
}

codec::KinesisEventRecord to_event_record(const ports::SourceRecord& record) {
    return {.sequence_number = record.sequence_number,
            .partition_key = record.partition_key,
            .arrival = record.arrival,
            .data = record.data.view()};
}

}  // namespace

StreamRunner::StreamRunner(Mapping mapping, MappingDependencies& dependencies)
    : mapping_(std::move(mapping)),
      filter_(filter_of(mapping_)),
      counts_(mapping_, dependencies.metrics),
      dependencies_(dependencies),
      role_(dependencies.role_of(mapping_.scope, mapping_.function)),
      last_result_(dependencies.catalog.get(last_result_key(mapping_.uuid)).value_or("")) {}

StreamRunner::~StreamRunner() {
    *alive_ = false;
}

void StreamRunner::start() {
    watch_ = dependencies_.records.watch(mapping_.source_arn, [this] { wake(watch_->take()); });
    wake({.all = true});
}

void StreamRunner::pause() {
    paused_ = true;
    for (const auto& [id, reader] : readers_) reader->pause();
}

void StreamRunner::resume() {
    paused_ = false;
    for (const auto& [id, reader] : readers_) reader->resume();
    wake({.all = true});
}

void StreamRunner::replace_mapping(Mapping mapping) {
    mapping_ = std::move(mapping);
    filter_ = filter_of(mapping_);
    counts_ = EventCounts(mapping_, dependencies_.metrics);
    for (const auto& [id, reader] : readers_) reader->set_settings(mapping_.batches);
}

void StreamRunner::retry_now() {
    for (const auto& [id, reader] : readers_) reader->retry_now();
}

void StreamRunner::wake(const ports::SourceChanges& changes) {
    if (changes.all) {
        look_at_shards();
        for (const auto& [id, reader] : readers_) reader->wake();
        return;
    }
    for (const std::uint64_t incarnation : changes.written) {
        const auto id = shard_ids_.find(incarnation);
        if (id == shard_ids_.end()) continue;
        const auto reader = readers_.find(id->second);
        if (reader != readers_.end()) reader->second->wake();
    }
}

void StreamRunner::look_at_shards() {
    Result<std::vector<ports::SourceShard>> shards = dependencies_.records.shards(mapping_.source_arn);
    if (!shards) {
        readers_.clear();
        shard_ids_.clear();
        return note_result(mapping_.reads_consumer() ? "PROBLEM: Consumer not found"
                                                     : "PROBLEM: Stream not found");
    }
    std::set<std::string> present;
    std::map<std::uint64_t, std::string> ids;
    for (const ports::SourceShard& shard : *shards) {
        present.insert(shard.shard_id);
        ids.emplace(shard.incarnation, shard.shard_id);
    }
    const auto is_present = [&](const auto& before) { return present.contains(before.second); };
    const bool vanished =
        shard_ids_.empty() || !std::all_of(shard_ids_.begin(), shard_ids_.end(), is_present);
    shard_ids_ = std::move(ids);
    if (vanished) forget_vanished(present);
    for (const ports::SourceShard& shard : *shards) consider(shard, present);
}

// Shards end with their retention period. Nobody asks for their checkpoints any more.
void StreamRunner::forget_vanished(const std::set<std::string>& present) {
    const auto has_vanished = [&](const auto& entry) { return !present.contains(entry.first); };
    std::erase_if(readers_, has_vanished);
    std::erase_if(finished_, has_vanished);
    const std::string prefix = checkpoint_prefix(mapping_.uuid);
    storage::CatalogChange change;
    for (const auto& [key, value] : dependencies_.catalog.list(prefix)) {
        if (!present.contains(key.substr(prefix.size()))) change.erases.push_back(key);
    }
    if (!change.erases.empty()) dependencies_.catalog.commit(std::move(change), [](const Result<>&) {});
}

void StreamRunner::consider(const ports::SourceShard& shard, const std::set<std::string>& present) {
    const std::string& id = shard.shard_id;
    const auto has = [&](const std::map<std::string, std::uint64_t>& incarnations) {
        const auto found = incarnations.find(id);
        return found != incarnations.end() && found->second == shard.incarnation;
    };
    const auto reader = readers_.find(id);
    if (reader != readers_.end() && reader->second->incarnation() == shard.incarnation) return;
    if (has(finished_) || has(locating_)) return;
    readers_.erase(id);

    const auto is_open_question = [&](const std::string& parent) {
        return present.contains(parent) && !finished_.contains(parent);
    };
    if (std::any_of(shard.parents.begin(), shard.parents.end(), is_open_question)) return;

    if (const auto text = dependencies_.catalog.get(checkpoint_key(mapping_.uuid, id))) {
        const Result<Checkpoint> checkpoint = checkpoint_from_json(*text);
        if (checkpoint && checkpoint->incarnation == shard.incarnation) {
            if (!checkpoint->finished) return begin_reading(id, *checkpoint);
            finished_[id] = shard.incarnation;
            return look_later();  // its children may begin
        }
        if (!checkpoint)
            log(LogLevel::kError, checkpoint.error().message, {{"mapping", mapping_.uuid}, {"shard", id}});
    }
    // A shard that came after the mapping is read from its start.
    locating_[id] = shard.incarnation;
    dependencies_.records.locate(
        mapping_.source_arn, id, ports::StartingPosition::kTrimHorizon, {},
        [this, alive = alive_, id, incarnation = shard.incarnation](Result<ports::Cursor> cursor) {
            if (!*alive) return;
            locating_.erase(id);
            if (cursor) begin_reading(id, {.cursor = *cursor, .incarnation = incarnation});
        });
}

void StreamRunner::begin_reading(const std::string& shard_id, Checkpoint from) {
    auto reader = std::make_unique<ShardReader>(shard_id, from, mapping_.batches, dependencies_.home,
                                                dependencies_.clock, *static_cast<ShardReaderHost*>(this));
    ShardReader& begun = *reader;
    readers_[shard_id] = std::move(reader);
    if (paused_) begun.pause();
    begun.wake();
}

// Readers must not be destroyed, nor the shards walked, from within a reader or a walk.
void StreamRunner::look_later() {
    if (std::exchange(look_posted_, true)) return;
    dependencies_.home.post([this, alive = alive_] {
        if (!*alive) return;
        look_posted_ = false;
        wake({.all = true});
    });
}

void StreamRunner::read(const std::string& shard_id, ports::Cursor from, ports::SourceLimits limits,
                        std::move_only_function<void(Result<ports::SourceBatch>)> done) {
    dependencies_.records.read(mapping_.source_arn, shard_id, from, limits, std::move(done));
}

void StreamRunner::polled(std::size_t records) {
    counts_.add(EventCounts::kPolled, records);
}

void StreamRunner::filtered_out(std::size_t records) {
    if (!mapping_.filters.empty()) counts_.add(EventCounts::kFilteredOut, records);
}

bool StreamRunner::is_wanted(const ports::SourceRecord& record) const {
    return passes(filter_, record);
}

std::string StreamRunner::make_event(const std::string& shard_id, const Delivery& what) const {
    const std::string role = dependencies_.role_of(mapping_.scope, mapping_.function);
    const codec::KinesisEventSource source{.arn = mapping_.source_arn,
                                           .shard_id = shard_id,
                                           .region = arn_part(mapping_.source_arn, 3),
                                           .role = role};
    std::vector<codec::KinesisEventRecord> records;
    records.reserve(what.records.size());
    std::ranges::transform(what.records, std::back_inserter(records), to_event_record);
    return codec::make_kinesis_event(records, source, what.window);
}

void StreamRunner::invoke(const std::string& shard_id, const Delivery& what, Answered done) {
    const std::string id = make_uuid(dependencies_.random);
    const std::size_t records = what.records.size();
    counts_.add_any(EventCounts::kInvoked, records);
    dependencies_.invoke(
        mapping_.scope, mapping_.function,
        {.request_id = id,
         .payload = make_event(shard_id, what),
         .done = [this, alive = alive_, records, id, done = std::move(done)](InvokeResult result) mutable {
             if (*alive && result.refused) counts_.add_any(EventCounts::kFailedInvoke, records);
             done(std::move(result), id);
         }});
}

std::size_t StreamRunner::event_bytes(const std::string& shard_id, const ports::SourceRecord& record) const {
    return codec::event_bytes(to_event_record(record), {.arn = mapping_.source_arn,
                                                        .shard_id = shard_id,
                                                        .region = arn_part(mapping_.source_arn, 3),
                                                        .role = role_});
}

void StreamRunner::commit(const std::string& shard_id, const Checkpoint& checkpoint,
                          std::move_only_function<void(Result<>)> done) {
    storage::CatalogChange change;
    change.puts.emplace_back(checkpoint_key(mapping_.uuid, shard_id), to_json(checkpoint));
    // What waits for it is another batch at most, or the shard's children.
    change.may_linger = !checkpoint.finished;
    dependencies_.catalog.commit(std::move(change), std::move(done));
}

void StreamRunner::batch_ended(const std::string& shard_id, const BatchOutcome& outcome) {
    note_result(outcome.success ? "OK" : "PROBLEM: Function call failed");
    if (outcome.closes_window && !outcome.success) {
        log(LogLevel::kWarn, "the end of a tumbling window failed; the shard waits for it",
            {{"mapping", mapping_.uuid},
             {"function", mapping_.function},
             {"request_id", outcome.request_id},
             {"shard", shard_id}});
    }
    if (outcome.failed.empty()) return;
    counts_.add(EventCounts::kFailedInvoke, outcome.failed.size());
    log(LogLevel::kWarn, "a batch failed",
        {{"mapping", mapping_.uuid},
         {"function", mapping_.function},
         {"request_id", outcome.request_id},
         {"shard", shard_id},
         {"records", fmt::format("{}", outcome.failed.size())},
         {"from", outcome.failed.front().sequence_number},
         {"to", outcome.failed.back().sequence_number},
         {"repeat", command_to_repeat(mapping_, shard_id, outcome.failed, dependencies_.endpoint_url)}});
}

void StreamRunner::note_result(std::string_view result) {
    if (last_result_ == result) return;
    last_result_ = result;
    storage::CatalogChange change;
    change.puts.emplace_back(last_result_key(mapping_.uuid), last_result_);
    dependencies_.catalog.commit(std::move(change), [](const Result<>&) {});
}

void StreamRunner::discard(const std::string& shard_id, const Discard& what, Task done) {
    log(LogLevel::kWarn, "a mapping gave up records",
        {{"mapping", mapping_.uuid},
         {"stream", std::string(mapping_.stream_arn())},
         {"function", mapping_.function},
         {"shard", shard_id},
         {"reason", condition_of(what.reason)},
         {"records", fmt::format("{}", what.records.size())},
         {"from", what.records.front().sequence_number},
         {"to", what.records.back().sequence_number},
         {"repeat", command_to_repeat(mapping_, shard_id, what.records, dependencies_.endpoint_url)}});
    const bool was_dropped = what.reason != DiscardReason::kNoLongerInStream;
    if (mapping_.failure_destination.empty()) {
        if (was_dropped) counts_.add(EventCounts::kDropped, what.records.size());
        return done();
    }
    const std::string unasked = what.request_id.empty() ? make_uuid(dependencies_.random) : std::string();
    const std::string function = function_arn(mapping_.scope, mapping_.function);
    const std::string stream(mapping_.stream_arn());
    const WallTime now = dependencies_.clock.now();
    const FailureOrigin origin{.function_arn = function,
                               .stream_arn = stream,
                               .shard_id = shard_id,
                               .now = now,
                               .request_id_if_unasked = unasked};
    auto notice = std::make_shared<FailureNotice>();
    notice->destination = mapping_.failure_destination;
    notice->records = what.records.size();
    notice->was_dropped = was_dropped;
    notice->done = std::move(done);
    if (bucket_of_arn(notice->destination).empty()) {
        notice->record = make_failure_record(what, origin);
    } else {
        notice->object_key =
            failure_object_key(mapping_.uuid, shard_id, now, make_uuid(dependencies_.random));
        notice->record = make_failure_record(
            what, origin, make_event(shard_id, {.records = what.records, .window = what.window}));
    }
    tell(std::move(notice));
}

// As on AWS, a destination that takes nothing does not stop the shard. Our own storage, which refuses for
// now, is another thing: the shard waits for it.
void StreamRunner::tell(std::shared_ptr<FailureNotice> notice) {
    auto told = [this, alive = alive_, notice](const Result<>& taken) {
        if (!*alive) return;
        const bool refused = !taken && taken.error().code == ErrorCode::kUnavailable;
        if (!taken && !(refused && std::exchange(notice->refused, true))) {
            log(LogLevel::kError, "a mapping's failure destination did not take the record of a failure",
                {{"mapping", mapping_.uuid}, {"error", taken.error().message}});
        }
        if (!refused) {
            note_told(*notice, taken.has_value());
            return notice->done();
        }
        dependencies_.home.run_at(dependencies_.clock.monotonic() + kRefusedPause, [this, alive, notice] {
            if (*alive) tell(notice);
        });
    };
    const std::string_view bucket = bucket_of_arn(notice->destination);
    if (bucket.empty())
        return dependencies_.queues.send(notice->destination, notice->record, std::move(told));
    dependencies_.objects.write(
        mapping_.scope, std::string(bucket), notice->object_key, notice->record, "application/json",
        [told = std::move(told)](const aws::Outcome<void>& written) {
            if (written) return told({});
            const aws::ServiceError& error = written.error();
            told(fail(error.http_status >= 500 ? ErrorCode::kUnavailable : ErrorCode::kInvalidArgument,
                      error.code + ": " + error.message));
        });
}

void StreamRunner::note_told(const FailureNotice& notice, bool taken) {
    if (taken) {
        counts_.add(EventCounts::kDestinationDelivered, notice.records);
    } else if (notice.was_dropped) {
        counts_.add(EventCounts::kDropped, notice.records);
    }
}

void StreamRunner::troubled(const std::string& shard_id, std::string_view what, const Error& error) {
    log(LogLevel::kError, fmt::format("a mapping waits for its shard: {}", what),
        {{"mapping", mapping_.uuid}, {"shard", shard_id}, {"error", error.message}});
    note_result(fmt::format("PROBLEM: {} waits: {}", shard_id, what));
}

void StreamRunner::shard_finished(const std::string& shard_id) {
    finished_[shard_id] = readers_.at(shard_id)->incarnation();
    dependencies_.home.post([this, alive = alive_, shard_id] {
        if (*alive && finished_.contains(shard_id)) readers_.erase(shard_id);
    });
    look_later();
}

void StreamRunner::shard_lost(const std::string&) {
    look_later();
}

}  // namespace millrace::lambda
