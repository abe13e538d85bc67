#include "storage/journal/writer.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/log.h"
#include "storage/journal/journal_head.h"

namespace millrace::storage {
namespace {

/// A disk that was full has space again when so much finds room.
constexpr std::uint64_t kSpaceWorthTelling = 64_KiB;

template <class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};

}  // namespace

Writer::Writer(Options options, LogTable table, std::unique_ptr<SegmentWriter> active, Report report,
               std::unique_ptr<Worker> worker)
    : options_(std::move(options)),
      report_(std::move(report)),
      table_(std::move(table)),
      active_(std::move(active)),
      worker_(std::move(worker)) {}

Writer::~Writer() {
    hurry();
    sync_then([this] { seal_for_good(); });
    worker_.reset();
}

// The index says that all before it was durable: damage there is none of an interrupted write.
void Writer::seal_for_good() {
    if (health_.state != JournalState::kHealthy) return;
    const SegmentEnd end = active_->end();
    if (!active_->reserve(end.bytes())) return;
    // What a failure leaves is the trace of an interrupted write, and the next start cuts it off as one.
    if (!active_->seal(end)) return;
    active_->give_back();
    note_head();
}

// A help for the next start only: a head that could not be written says less than it might.
void Writer::note_head() {
    if (options_.mode.when == FsyncMode::When::kNever) return;
    static_cast<void>(write_journal_head(options_.files, options_.head, active_->base() + active_->size()));
}

void Writer::submit(Write write) {
    {
        const MutexLock lock{mutex_};
        const bool lingers = write.may_linger;
        queue_.push_back(std::move(write));
        if (lingers || std::exchange(scheduled_, true)) return;
    }
    worker_->submit([this] { drain(); });
}

void Writer::hurry() {
    {
        const MutexLock lock{mutex_};
        if (queue_.empty() || std::exchange(scheduled_, true)) return;
    }
    worker_->submit([this] { drain(); });
}

void Writer::look_for_space() {
    worker_->submit([this] {
        if (health_.state != JournalState::kDiskFull || cannot_reserve_ ||
            !active_->reserve(options_.held_back_bytes + kSpaceWorthTelling))
            return;
        settle({}, {});
    });
}

void Writer::sync_then(Task task) {
    worker_->submit([this, task = std::move(task)]() mutable {
        if (!accepting()) return;
        if (active_->dirty()) {
            const auto synced = sync();
            if (!synced) note_failure(synced.error());
            finish({}, {});
            if (!synced) return;
        }
        task();
    });
}

void Writer::drain() {
    take_queue();
    while (!pending_.empty()) {
        if (std::holds_alternative<Clear>(pending_.front().what)) {
            commit_clear();
        } else {
            commit(take_group());
        }
    }
}

void Writer::take_queue() {
    const MutexLock lock{mutex_};
    std::move(queue_.begin(), queue_.end(), std::back_inserter(pending_));
    queue_.clear();
    scheduled_ = false;
}

Writer::Group Writer::take_group() {
    Group group;
    std::uint64_t bytes = 0;
    do {
        bytes += pending_.front().frame_bytes;
        group.push_back(std::move(pending_.front()));
        pending_.pop_front();
    } while (!pending_.empty() && !std::holds_alternative<Clear>(pending_.front().what) &&
             active_->size() + bytes < options_.segment_bytes &&
             bytes + pending_.front().frame_bytes <= kGroupBytesMax);
    return group;
}

void Writer::commit(Group group) {
    Result<> result = accepting();
    if (result) result = make_room(group);
    const bool reserved = result.has_value();
    if (result) result = write_group(group);
    cannot_reserve_ = reserved && !result;
    if (!result && health_.state != JournalState::kFailed) {
        note_failure(result.error());
        if (health_.state == JournalState::kDiskFull) return free_space(std::move(group));
    }
    settle(std::move(group), std::move(result));
}

Result<> Writer::make_room(const Group& group) {
    if (active_->size() >= options_.segment_bytes) {
        if (auto rolled = roll(); !rolled) return rolled;
    }
    std::uint64_t bytes = options_.held_back_bytes;
    for (const Write& write : group) bytes += write.result ? write.frame_bytes : 0;
    return active_->reserve(bytes);
}

void Writer::free_space(Group group) {
    take_queue();
    std::move(pending_.begin(), pending_.end(), std::back_inserter(group));
    pending_.clear();
    std::uint64_t bytes = 0;
    for (Write& write : group) {
        if (!write.result) continue;
        if (write.frees_space && active_->reserve(bytes + write.frame_bytes)) {
            bytes += write.frame_bytes;
        } else {
            write.result = fail(ErrorCode::kUnavailable, health_.reason);
        }
    }
    Result<> result = write_group(group);
    if (!result) {
        note_failure(result.error());
        result = fail(ErrorCode::kUnavailable, health_.reason);
    }
    finish(std::move(group), std::move(result));
}

void Writer::commit_clear() {
    Group group;
    group.push_back(std::move(pending_.front()));
    pending_.pop_front();
    Result<> result = accepting();
    // A segment that opens with an empty table says that nothing before it counts any more.
    const std::uint64_t base = active_->base() + active_->size();
    if (result) {
        auto next = SegmentWriter::create(
            options_.files, options_.directory,
            {.base = base, .cleared = base, .held_back = options_.held_back_bytes}, options_.mode);
        if (next) {
            active_ = std::move(*next);
            table_.clear();
            note_head();
        } else {
            result = std::unexpected(std::move(next.error()));
        }
    }
    settle(std::move(group), std::move(result));
}

Result<> Writer::accepting() const {
    if (health_.state != JournalState::kFailed) return {};
    return fail(ErrorCode::kUnavailable, health_.reason);
}

void Writer::settle(Group group, Result<> result) {
    if (result) {
        if (health_.state != JournalState::kHealthy) log(LogLevel::kInfo, "the journal accepts writes again");
        health_ = {};
        return finish(std::move(group), {});
    }
    if (health_.state != JournalState::kFailed) note_failure(result.error());
    // What was asked for before anybody could know of the failure fails with it.
    take_queue();
    std::move(pending_.begin(), pending_.end(), std::back_inserter(group));
    pending_.clear();
    finish(std::move(group), fail(ErrorCode::kUnavailable, health_.reason));
}

Result<> Writer::write_group(Group& group) {
    active_->start(batch_);
    for (Write& write : group) {
        if (!write.result) continue;
        std::visit(Overloaded{[&](Append& append) { place(append); },
                              [&](Trim& trim) {
                                  const auto found = table_.find(trim.log);
                                  if (found == table_.end() || trim.begin <= found->second.begin) return;
                                  LogState& state = change(trim.log, {});
                                  state.begin = std::min(trim.begin, state.end);
                                  batch_.add(
                                      {.kind = FrameKind::kTrim, .log = trim.log, .offset = state.begin}, {});
                              },
                              [&](Remove& remove) {
                                  if (!table_.contains(remove.log)) return;
                                  change(remove.log, {});
                                  table_.erase(remove.log);
                                  batch_.add({.kind = FrameKind::kRemove, .log = remove.log}, {});
                              },
                              [](Clear&) {}},
                   write.what);
    }
    Result<> result;
    if (batch_.bytes() > 0) {
        result = active_->write(batch_);
        if (result && options_.mode.when != FsyncMode::When::kInterval) result = sync();
    }
    if (!result) {
        roll_back_table();
        return result;
    }
    undo_.clear();
    bytes_ += batch_.bytes();
    for (const Write& write : group) {
        if (!write.result) continue;
        if (const auto* append = std::get_if<Append>(&write.what)) {
            note_in_index(*append);
        } else if (const auto* remove = std::get_if<Remove>(&write.what)) {
            active_->runs().erase(remove->log);
        }
    }
    return {};
}

void Writer::place(Append& append) {
    LogState* state = nullptr;
    LogId log;
    for (PlacedEntry& entry : append.entries) {
        if (state == nullptr || entry.log != log) {  // often they all go to one
            log = entry.log;
            state = &change(log, {Offset{0}, Offset{0}, entry.time});
        }
        entry.offset = state->end;
        entry.time = std::max(entry.time, state->newest);
        entry.segment = active_->base();
        entry.position = static_cast<std::uint32_t>(active_->size() + batch_.bytes());
        entry.bytes = batch_.add(
            {.kind = FrameKind::kEntry, .log = entry.log, .offset = entry.offset, .time = entry.time},
            entry.payload.view());
        state->end = Offset{entry.offset.value() + 1};
        state->newest = entry.time;
    }
}

void Writer::note_in_index(const Append& append) {
    for (const PlacedEntry& entry : append.entries) {
        active_->runs().add(entry.log, entry.offset, entry.time, entry.position, entry.bytes);
    }
}

// On a disk that fills up, nothing changes: there is room for everything before anything is written.
Result<> Writer::roll() {
    const SegmentEnd end = active_->end();
    if (auto reserved = active_->reserve(std::max(end.bytes(), options_.held_back_bytes)); !reserved)
        return reserved;
    const auto directory = options_.files.open_directory(options_.directory);
    if (!directory) return std::unexpected(directory.error());
    const std::uint64_t old_base = active_->base();
    const std::uint64_t sealed_bytes = active_->size() + end.bytes();
    auto next = SegmentWriter::prepare(options_.files, options_.directory,
                                       {.base = old_base + sealed_bytes,
                                        .table = table_,
                                        .cleared = active_->cleared(),
                                        .held_back = options_.held_back_bytes},
                                       options_.mode);
    if (!next) return std::unexpected(std::move(next.error()));
    if (auto sealed = active_->seal(end); !sealed) return sealed;
    if (auto published = (*next)->publish(options_.files, options_.directory, **directory); !published)
        return published;
    active_->give_back();
    active_ = std::move(*next);
    sealed_ = {old_base, sealed_bytes};
    note_head();
    return {};
}

Result<> Writer::sync() {
    if (options_.mode.when != FsyncMode::When::kNever) ++syncs_;
    return active_->sync();
}

void Writer::note_failure(const Error& error) {
    Result<> cut;
    const JournalState before = health_.state;
    if (error.code == ErrorCode::kResourceExhausted) cut = active_->cut_back();
    if (error.code == ErrorCode::kResourceExhausted && cut) {
        health_ = {JournalState::kDiskFull,
                   "the journal has no space for writes (" + error.message +
                       "); they are accepted again as soon as there is some, and what frees space still is"};
    } else {
        health_ = {JournalState::kFailed, "the journal refuses writes until millrace is restarted: " +
                                              error.message + (cut ? "" : "; then: " + cut.error().message)};
    }
    if (health_.state != before) log(LogLevel::kError, health_.reason);
}

void Writer::finish(Group group, Result<> result) {
    for (Write& write : group) {
        if (write.result) write.result = result;
    }
    WriteReport report{.writes = std::move(group),
                       .health = health_,
                       .segment = active_->base(),
                       .segment_bytes = active_->size(),
                       .sealed = std::exchange(sealed_, std::nullopt),
                       .dirty = active_->dirty(),
                       .bytes = std::exchange(bytes_, 0),
                       .syncs = std::exchange(syncs_, 0)};
    report_(std::move(report));
}

LogState& Writer::change(LogId log, LogState initial) {
    const auto found = table_.find(log);
    if (found == table_.end()) {
        undo_.emplace_back(log, std::nullopt);
        return table_.emplace(log, initial).first->second;
    }
    undo_.emplace_back(log, found->second);
    return found->second;
}

void Writer::roll_back_table() {
    for (; !undo_.empty(); undo_.pop_back()) {
        auto& [log, before] = undo_.back();
        if (before) {
            table_[log] = *before;
        } else {
            table_.erase(log);
        }
    }
}

}  // namespace millrace::storage
