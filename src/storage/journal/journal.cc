#include "storage/journal/journal.h"

#include <algorithm>
#include <fmt/format.h>
#include <span>
#include <utility>

#include "storage/archive/archiver.h"
#include "storage/journal/data_directory.h"
#include "storage/journal/frame.h"
#include "storage/journal/log_index.h"
#include "storage/journal/reads.h"
#include "storage/journal/recent_entries.h"
#include "storage/journal/recovery.h"
#include "storage/journal/run_reader.h"

namespace millrace::storage {
namespace {

/// Between two looks whether a full disk has space again.
constexpr Seconds kFullDiskPause{1};

Result<std::vector<files::SnapshotFile>> link_files(files::FileSystem& files,
                                                    const StorageDirectories& directories,
                                                    std::span<const std::pair<FileId, std::uint64_t>> wanted,
                                                    const std::string& directory) {
    const StorageDirectories copies = StorageDirectories::below(directory);
    for (const std::string& part : {copies.journal, copies.archive}) {
        if (auto created = files.create_directory(part); !created)
            return std::unexpected(std::move(created.error()));
    }
    std::vector<files::SnapshotFile> linked;
    for (const auto& [id, bytes] : wanted) {
        const std::string path = copies.path_of(id);
        if (auto made = files.link(directories.path_of(id), path); !made)
            return std::unexpected(std::move(made.error()));
        linked.push_back({path.substr(directory.size() + 1), bytes});
    }
    return linked;
}

}  // namespace

/// Everything of the home executor's. Tasks on their way to it hold a weak pointer.
struct Journal::State : std::enable_shared_from_this<State> {
    State(Options given, DataDirectory data_directory, LogIndex recovered)
        : options(std::move(given)),
          directory(std::move(data_directory)),
          index(std::move(recovered)),
          recent(options.recent_bytes_max),
          run_reader(options.files, directory.directories),
          reader(options.start_worker("journal-read", WorkerPriority::kNormal)),
          reads({index, recent, run_reader, *reader, options.home, options.waiting_reads_max}) {}

    void start(Recovered recovered);
    void submit(Write write);
    void apply(WriteReport report);
    void complete(Write& write);
    void complete_append(Append& append, Result<>& result);
    void forget_everything(FileId active);
    void remove_dead_files();
    void move_to_archive(const ArchivePass& pass, std::vector<ArchivedFile> made);
    void plan_sync();
    void plan_hurry();
    void plan_look_for_space();

    Options options;
    DataDirectory directory;
    LogIndex index;
    RecentEntries recent;
    Health health;
    Stats stats;
    std::size_t queued_bytes = 0;
    TimerId sync_timer;
    TimerId linger_timer;
    TimerId space_timer;

    RunReader run_reader;
    std::unique_ptr<Worker> reader;
    Reads reads;
    std::unique_ptr<Writer> writer;  // after the reader: what it still does on its end may use it
    std::unique_ptr<Archiver> archiver;
};

void Journal::State::start(Recovered recovered) {
    auto report = [weak = weak_from_this(), &home = options.home](WriteReport written) {
        home.post([weak, written = std::move(written)]() mutable {
            if (const auto state = weak.lock()) state->apply(std::move(written));
        });
    };
    // On a disk that is full already, only what is left of it can be used.
    static_cast<void>(recovered.active->reserve(options.held_back_bytes));
    writer = std::make_unique<Writer>(
        Writer::Options{options.files, directory.directories.journal, directory.directories.head,
                        options.fsync, options.segment_bytes, options.held_back_bytes},
        std::move(recovered.table), std::move(recovered.active), std::move(report),
        options.start_worker("journal-write", WorkerPriority::kNormal));
    archiver = std::make_unique<Archiver>(
        Archiver::Options{options.files, directory.directories, options.archive, recovered.next_archive,
                          options.home, options.clock},
        index,
        [this](const ArchivePass& pass, std::vector<ArchivedFile> made) {
            move_to_archive(pass, std::move(made));
        },
        options.start_worker("journal-archive", WorkerPriority::kBackground));
    if (!recovered.dead.empty()) {
        reader->submit([this, dead = std::move(recovered.dead)] { run_reader.remove(dead); });
    }
    archiver->look();
}

void Journal::State::submit(Write write) {
    queued_bytes += write.bytes;
    const bool lingers = write.may_linger;
    writer->submit(std::move(write));
    if (lingers) plan_hurry();
}

void Journal::State::apply(WriteReport report) {
    health = std::move(report.health);
    stats.bytes += report.bytes;
    stats.syncs += report.syncs;
    if (!report.writes.empty()) ++stats.commits;
    const bool sealed = report.sealed.has_value();
    if (sealed) {
        index.set_file(FileId::segment(report.sealed->base), {.bytes = report.sealed->bytes, .sealed = true});
    }
    const FileId active = FileId::segment(report.segment);
    index.set_file(active, {.bytes = report.segment_bytes});
    for (Write& write : report.writes) {
        queued_bytes -= write.bytes;
        if (write.result && std::holds_alternative<Clear>(write.what)) forget_everything(active);
        complete(write);
        if (!writer) return;  // a callback has destroyed the journal
    }
    remove_dead_files();
    if (report.dirty) plan_sync();
    if (health.state == JournalState::kDiskFull) plan_look_for_space();
    // Of a file in which much has died, the rest is worth rewriting.
    const bool died = index.take_deaths();
    if (sealed || died) archiver->look();
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
    for (const PlacedEntry& entry : append.entries) {
        offsets.push_back(entry.offset);
        index.add(entry);
    }
    // A log that is being removed has no readers.
    std::erase_if(append.entries, [this](const PlacedEntry& entry) { return index.is_hidden(entry.log); });
    recent.add(std::move(append.entries));
    stats.entries += offsets.size();
    append.done(std::move(offsets));
}

void Journal::State::forget_everything(FileId active) {
    std::vector<FileId> old;
    for (const auto& [id, file] : index.files()) {
        if (id != active) old.push_back(id);
    }
    const FileState state = index.files().at(active);
    index.clear();
    index.set_file(active, {.bytes = state.bytes});
    recent.clear();
    reader->submit([this, old = std::move(old)] { run_reader.remove(old); });
}

void Journal::State::remove_dead_files() {
    std::vector<FileId> dead = index.take_dead_files();
    if (dead.empty()) return;
    // Only once it is durable that nothing in them counts any more.
    writer->sync_then([this, dead = std::move(dead)]() mutable {
        reader->submit([this, dead = std::move(dead)] { run_reader.remove(dead); });
    });
}

void Journal::State::move_to_archive(const ArchivePass& pass, std::vector<ArchivedFile> made) {
    std::vector<std::pair<LogId, Extent>> moved;
    for (ArchivedFile& file : made) {
        index.set_file(file.id, file.state);
        for (const auto& [log, runs] : file.index) {
            for (Extent& extent : extents_of(file.id, runs)) moved.emplace_back(log, std::move(extent));
        }
    }
    if (pass.generation == index.generation()) index.replace(pass.sources, std::move(moved));
    remove_dead_files();
    archiver->look();
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

void Journal::State::plan_hurry() {
    if (linger_timer != TimerId{}) return;
    linger_timer = options.home.run_at(options.clock.monotonic() + kLingerMax, [weak = weak_from_this()] {
        const auto state = weak.lock();
        if (!state) return;
        state->linger_timer = {};
        state->writer->hurry();
    });
}

void Journal::State::plan_look_for_space() {
    if (space_timer != TimerId{}) return;
    space_timer = options.home.run_at(options.clock.monotonic() + kFullDiskPause, [weak = weak_from_this()] {
        const auto state = weak.lock();
        if (!state) return;
        state->space_timer = {};
        if (state->health.state != JournalState::kDiskFull) return;
        state->writer->look_for_space();
        state->plan_look_for_space();
    });
}

Result<std::unique_ptr<Journal>> Journal::open(Options options) {
    auto directory = open_data_directory(options.files, options.directory);
    if (!directory) return std::unexpected(std::move(directory.error()));
    auto recovered = recover_journal(options.files, directory->directories, options.fsync);
    if (!recovered) return std::unexpected(std::move(recovered.error()));
    auto state =
        std::make_shared<State>(std::move(options), std::move(*directory), std::move(recovered->index));
    state->start(std::move(*recovered));
    return std::unique_ptr<Journal>{new Journal{std::move(state)}};
}

Journal::Journal(std::shared_ptr<State> state) : state_(std::move(state)) {}

Journal::~Journal() {
    for (const TimerId timer : {state_->sync_timer, state_->linger_timer, state_->space_timer}) {
        if (timer != TimerId{}) state_->options.home.cancel(timer);
    }
    state_->archiver.reset();
    state_->writer.reset();
    state_->reader.reset();
}

void Journal::append(std::vector<NewEntry> entries, AppendDone done) {
    Append append{{}, std::move(done)};
    append.entries.reserve(entries.size());
    std::size_t bytes = 0;
    std::size_t frame_bytes = 0;
    bool frees_space = !entries.empty();
    bool may_linger = !entries.empty();
    Result<> result;
    for (NewEntry& entry : entries) {
        frees_space = frees_space && entry.frees_space;
        may_linger = may_linger && entry.may_linger;
        if (entry.payload.size() > kEntryBytesMax) {
            result = fail(ErrorCode::kInvalidArgument,
                          fmt::format("an entry of {} bytes is larger than the limit of {}",
                                      entry.payload.size(), kEntryBytesMax));
        }
        bytes += kQueuedEntryBytes + entry.payload.size();
        frame_bytes += kFrameHeaderBytes + entry.payload.size();
        append.entries.push_back({.log = entry.log, .time = entry.time, .payload = std::move(entry.payload)});
    }
    if (frame_bytes > kAppendBytesMax) {
        result = fail(ErrorCode::kInvalidArgument,
                      fmt::format("an append of {} bytes is larger than the limit of {}", frame_bytes,
                                  kAppendBytesMax));
    } else if (state_->queued_bytes > 0 && state_->queued_bytes + bytes > state_->options.queue_bytes_max) {
        result = fail(ErrorCode::kResourceExhausted, "too many appends wait for the disk");
    }
    if (!result) {
        append.entries.clear();
        bytes = frame_bytes = 0;
    }
    state_->submit({.what = std::move(append),
                    .bytes = bytes,
                    .frame_bytes = frame_bytes,
                    .frees_space = frees_space,
                    .may_linger = may_linger,
                    .result = std::move(result)});
}

void Journal::read(LogId log, Offset from, ReadLimits limits, ReadDone done) {
    state_->reads.start(log, from, limits, std::move(done));
}

void Journal::find_time(LogId log, WallTime time, FindDone done) {
    const Offset begin = state_->index.begin(log);
    const auto last = state_->index.last_run_before(log, time);
    if (!last) return done(begin);
    const Offset behind = last->run.end();
    if (behind <= begin) return done(begin);
    if (last->run.is_gap()) return done(behind);
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
    state_->submit(
        {.what = Trim{log, begin, std::move(done)}, .frame_bytes = kFrameHeaderBytes, .frees_space = true});
}

void Journal::remove(LogId log, Done done) {
    state_->index.hide(log);
    state_->recent.remove(log);
    state_->submit(
        {.what = Remove{log, std::move(done)}, .frame_bytes = kFrameHeaderBytes, .frees_space = true});
}

void Journal::clear(Done done) {
    state_->submit({.what = Clear{std::move(done)}});
}

void Journal::snapshot(std::string directory, files::SnapshotDone done) {
    std::vector<std::pair<FileId, std::uint64_t>> files;
    for (const auto& [id, file] : state_->index.files()) files.emplace_back(id, file.bytes);
    // The reader also removes files: what counts now is still there when its turn comes.
    state_->reader->submit([&state = *state_, weak = std::weak_ptr{state_}, directory = std::move(directory),
                            files = std::move(files), done = std::move(done)]() mutable {
        auto linked = link_files(state.options.files, state.directory.directories, files, directory);
        state.options.home.post([weak, linked = std::move(linked), done = std::move(done)]() mutable {
            if (!weak.expired()) done(std::move(linked));
        });
    });
}

Health Journal::health() const {
    return state_->health;
}

Journal::Stats Journal::stats() const {
    Stats stats = state_->stats;
    stats.logs = state_->index.logs();
    for (const auto& [id, file] : state_->index.files()) {
        ++(id.is_segment() ? stats.segments : stats.archive_files);
    }
    stats.read_failure = state_->reads.failure();
    stats.archive_failure = state_->archiver->failure();
    stats.disk_bytes = state_->index.disk_bytes();
    stats.queued_bytes = state_->queued_bytes;
    stats.waiting_reads = state_->reads.waiting();
    stats.recent_bytes = state_->recent.bytes();
    return stats;
}

}  // namespace millrace::storage
