#include "storage/journal/journal.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "base/log.h"
#include "storage/journal/data_directory.h"
#include "storage/journal/frame.h"
#include "storage/journal/log_index.h"
#include "storage/journal/recent_entries.h"
#include "storage/journal/recovery.h"
#include "storage/journal/run_reader.h"

namespace millrace::storage {
namespace {

constexpr std::size_t kRunsPerStep = 64;  // read from the disk before the home executor looks again

/// A read on its way, between the home executor and the reader.
struct PendingRead {
    LogId log;
    Offset from;  ///< next entry wanted
    ReadLimits limits;
    ReadDone done;
    std::uint64_t epoch = 0;
    std::vector<Entry> entries;
    std::size_t bytes = 0;
    std::vector<PlacedRun> runs;
    Result<bool> outcome = false;

    [[nodiscard]] Offset first() const { return entries.empty() ? from : entries.front().offset; }
};

}  // namespace

/// Everything of the home executor's. Tasks on their way to it hold a weak pointer.
struct Journal::State : std::enable_shared_from_this<State> {
    State(Options given, DataDirectory data_directory, Recovered recovered)
        : options(std::move(given)),
          directory(std::move(data_directory)),
          index(std::move(recovered.index)),
          recent(options.recent_bytes_max),
          run_reader(options.files, directory.journal),
          reader(options.start_worker("journal-read")) {}

    void start(LogTable table, std::unique_ptr<SegmentWriter> active);
    void submit(Write write);
    void apply(WriteReport report);
    void complete(Write& write);
    void complete_append(Append& append, Result<>& result);
    void forget_everything(std::uint64_t active_segment);
    void remove_dead_segments();
    void plan_sync();
    void continue_read(std::unique_ptr<PendingRead> read);
    void finish_step(std::unique_ptr<PendingRead> read);

    Options options;
    DataDirectory directory;
    LogIndex index;
    RecentEntries recent;
    Health health;
    Stats stats;
    std::size_t queued_bytes = 0;
    std::uint64_t epoch = 0;  ///< counts clear()
    TimerId sync_timer;

    RunReader run_reader;
    std::unique_ptr<Worker> reader;
    std::unique_ptr<Writer> writer;  // last: what it still does on its end may use the reader
};

void Journal::State::start(LogTable table, std::unique_ptr<SegmentWriter> active) {
    auto report = [weak = weak_from_this(), &home = options.home](WriteReport written) {
        home.post([weak, written = std::move(written)]() mutable {
            if (const auto state = weak.lock()) state->apply(std::move(written));
        });
    };
    writer = std::make_unique<Writer>(
        Writer::Options{options.files, directory.journal, options.fsync, options.segment_bytes},
        std::move(table), std::move(active), std::move(report), options.start_worker("journal-write"));
}

void Journal::State::submit(Write write) {
    queued_bytes += write.bytes;
    writer->submit(std::move(write));
}

void Journal::State::apply(WriteReport report) {
    health = std::move(report.health);
    stats.bytes += report.bytes;
    stats.syncs += report.syncs;
    if (!report.writes.empty()) ++stats.commits;
    if (report.sealed) index.set_segment(report.sealed->base, report.sealed->bytes, true);
    for (Write& write : report.writes) {
        queued_bytes -= write.bytes;
        if (write.result && std::holds_alternative<Clear>(write.what)) forget_everything(report.segment);
        complete(write);
        if (!writer) return;  // a callback has destroyed the journal
    }
    index.set_segment(report.segment, report.segment_bytes, false);
    remove_dead_segments();
    if (report.dirty) plan_sync();
}

void Journal::State::complete(Write& write) {
    if (auto* append = std::get_if<Append>(&write.what)) return complete_append(*append, write.result);
    if (auto* trim = std::get_if<Trim>(&write.what)) {
        if (write.result) index.release_before(trim->log, trim->begin);
        return trim->done(std::move(write.result));
    }
    if (auto* remove = std::get_if<Remove>(&write.what)) {
        if (write.result) index.erase(remove->log);
        return remove->done(std::move(write.result));
    }
    std::get<Clear>(write.what).done(std::move(write.result));
}

void Journal::State::complete_append(Append& append, Result<>& result) {
    if (!result) return append.done(std::unexpected(std::move(result.error())));
    std::vector<Offset> offsets;
    offsets.reserve(append.entries.size());
    for (PlacedEntry& entry : append.entries) {
        offsets.push_back(entry.offset);
        index.add(entry);
        // A log that is being removed has no readers.
        if (index.end(entry.log) > entry.offset) {
            recent.add(entry.log, {entry.offset, entry.time, std::move(entry.payload)});
        }
    }
    stats.entries += offsets.size();
    append.done(std::move(offsets));
}

void Journal::State::forget_everything(std::uint64_t active_segment) {
    std::vector<std::uint64_t> old = index.segments();
    std::erase(old, active_segment);
    index.clear();
    recent.clear();
    ++epoch;
    reader->submit([this, old = std::move(old)] { run_reader.remove(old); });
}

void Journal::State::remove_dead_segments() {
    std::vector<std::uint64_t> dead = index.take_dead_segments();
    if (dead.empty()) return;
    // Only once it is durable that nothing in them counts any more.
    writer->sync_then([this, dead = std::move(dead)]() mutable {
        reader->submit([this, dead = std::move(dead)] { run_reader.remove(dead); });
    });
}

void Journal::State::plan_sync() {
    if (sync_timer != TimerId{}) return;
    sync_timer =
        options.home.run_at(options.clock.monotonic() + options.fsync.interval, [weak = weak_from_this()] {
            const auto state = weak.lock();
            if (!state) return;
            state->sync_timer = {};
            state->writer->sync_then([] {});
        });
}

void Journal::State::continue_read(std::unique_ptr<PendingRead> read) {
    if (read->epoch != epoch) return read->done(std::vector<Entry>{});
    if (read->entries.empty()) read->from = std::max(read->from, index.begin(read->log));
    const bool at_end = read->from >= index.end(read->log);
    if (at_end || read->entries.size() >= read->limits.entries) return read->done(std::move(read->entries));

    if (const auto first = recent.first(read->log); first && *first <= read->from) {
        recent.collect(read->log, read->from, read->limits, read->entries, read->bytes);
        return read->done(std::move(read->entries));
    }
    read->runs = index.runs(read->log, read->from, read->limits.entries - read->entries.size(), kRunsPerStep);
    reader->submit([weak = weak_from_this(), &home = options.home, &files = run_reader,
                    read = std::move(read)]() mutable {
        read->outcome =
            files.read(read->log, read->runs, read->from, read->limits, read->entries, read->bytes);
        home.post([weak, read = std::move(read)]() mutable {
            if (const auto state = weak.lock()) state->finish_step(std::move(read));
        });
    });
}

void Journal::State::finish_step(std::unique_ptr<PendingRead> read) {
    const bool forgotten = read->epoch != epoch || index.end(read->log) <= read->from;
    const bool trimmed = index.begin(read->log) > read->first();
    if (trimmed || forgotten) {
        // What went while we read is gone, whether it could still be read or not.
        read->from = read->first();
        read->entries.clear();
        read->bytes = 0;
        return continue_read(std::move(read));
    }
    if (!read->outcome) return read->done(std::unexpected(std::move(read->outcome.error())));
    if (*read->outcome) return read->done(std::move(read->entries));
    if (!read->entries.empty()) read->from = Offset{read->entries.back().offset.value() + 1};
    continue_read(std::move(read));
}

Result<std::unique_ptr<Journal>> Journal::open(Options options) {
    auto directory = open_data_directory(options.files, options.directory);
    if (!directory) return std::unexpected(std::move(directory.error()));
    auto recovered = recover_journal(options.files, directory->journal, options.fsync);
    if (!recovered) return std::unexpected(std::move(recovered.error()));
    const std::vector<std::uint64_t> dead = std::move(recovered->dead);
    LogTable table = std::move(recovered->table);
    auto active = std::move(recovered->active);
    auto state = std::make_shared<State>(std::move(options), std::move(*directory), std::move(*recovered));
    state->start(std::move(table), std::move(active));
    if (!dead.empty()) state->reader->submit([&reader = state->run_reader, dead] { reader.remove(dead); });
    return std::unique_ptr<Journal>{new Journal{std::move(state)}};
}

Journal::Journal(std::shared_ptr<State> state) : state_(std::move(state)) {}

Journal::~Journal() {
    if (state_->sync_timer != TimerId{}) state_->options.home.cancel(state_->sync_timer);
    state_->writer.reset();
    state_->reader.reset();
}

void Journal::append(std::vector<NewEntry> entries, AppendDone done) {
    Append append{{}, std::move(done)};
    append.entries.reserve(entries.size());
    std::size_t bytes = 0;
    Result<> result;
    for (NewEntry& entry : entries) {
        if (entry.payload.size() > kEntryBytesMax) {
            result = fail(ErrorCode::kInvalidArgument,
                          fmt::format("an entry of {} bytes is larger than the limit of {}",
                                      entry.payload.size(), kEntryBytesMax));
        }
        bytes += kFrameHeaderBytes + entry.payload.size();
        append.entries.push_back(
            {.log = entry.log, .time = entry.time, .payload = SharedBytes{std::move(entry.payload)}});
    }
    if (bytes > kAppendBytesMax) {
        result =
            fail(ErrorCode::kInvalidArgument,
                 fmt::format("an append of {} bytes is larger than the limit of {}", bytes, kAppendBytesMax));
    } else if (state_->queued_bytes > 0 && state_->queued_bytes + bytes > state_->options.queue_bytes_max) {
        result = fail(ErrorCode::kResourceExhausted, "too many appends wait for the disk");
    }
    if (!result) {
        append.entries.clear();
        bytes = 0;
    }
    state_->submit({std::move(append), bytes, std::move(result)});
}

void Journal::read(LogId log, Offset from, ReadLimits limits, ReadDone done) {
    auto read = std::make_unique<PendingRead>();
    read->log = log;
    read->from = from;
    read->limits = limits;
    read->done = std::move(done);
    read->epoch = state_->epoch;
    state_->continue_read(std::move(read));
}

void Journal::find_time(LogId log, WallTime time, FindDone done) {
    const Offset begin = state_->index.begin(log);
    const auto last = state_->index.last_run_before(log, time);
    if (!last) return done(begin);
    const Offset behind = last->run.end();
    if (behind <= begin) return done(begin);
    const ReadLimits limits{
        .entries = static_cast<std::size_t>(behind.value() - std::max(begin, last->run.first).value())};
    read(log, last->run.first, limits,
         [time, behind, done = std::move(done)](Result<std::vector<Entry>> entries) mutable {
             if (!entries) return done(std::unexpected(std::move(entries.error())));
             const auto found = std::find_if(entries->begin(), entries->end(),
                                             [&](const Entry& e) { return e.time >= time; });
             done(found == entries->end() ? behind : found->offset);
         });
}

Offset Journal::begin(LogId log) const {
    return state_->index.begin(log);
}

Offset Journal::end(LogId log) const {
    return state_->index.end(log);
}

void Journal::trim(LogId log, Offset offset, Done done) {
    state_->index.hide_before(log, offset);
    const Offset begin = state_->index.begin(log);
    state_->recent.trim(log, begin);
    state_->submit({Trim{log, begin, std::move(done)}, 0, {}});
}

void Journal::remove(LogId log, Done done) {
    state_->index.hide(log);
    state_->recent.remove(log);
    state_->submit({Remove{log, std::move(done)}, 0, {}});
}

void Journal::clear(Done done) {
    state_->submit({Clear{std::move(done)}, 0, {}});
}

Health Journal::health() const {
    return state_->health;
}

Journal::Stats Journal::stats() const {
    Stats stats = state_->stats;
    stats.logs = state_->index.logs();
    stats.segments = state_->index.segments().size();
    stats.disk_bytes = state_->index.disk_bytes();
    stats.queued_bytes = state_->queued_bytes;
    stats.recent_bytes = state_->recent.bytes();
    return stats;
}

}  // namespace millrace::storage
