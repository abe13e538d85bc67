#include "storage/journal/log_index.h"

#include <algorithm>
#include <utility>

namespace millrace::storage {
namespace {

constexpr auto kEndsBefore = [](const auto& part, Offset offset) { return part.end() <= offset; };

/// Where coverage reaches when it has reached `from` and the extents, whose ends ascend, are added.
Offset reach(const std::vector<Extent>& extents, Offset from) {
    auto extent = std::lower_bound(extents.begin(), extents.end(), from, kEndsBefore);
    for (; extent != extents.end() && extent->first() <= from; ++extent) from = std::max(from, extent->end());
    return from;
}

/// Most logs have a few extents: doubling would leave half of the room of very many logs empty.
void make_room(std::vector<Extent>& extents) {
    if (extents.size() == extents.capacity()) extents.reserve(extents.size() + 1 + extents.size() / 4);
}

}  // namespace

std::uint64_t Extent::bytes() const {
    std::uint64_t bytes = 0;
    auto cursor = runs.all();
    while (const auto run = cursor.next()) bytes += run->bytes;
    return bytes;
}

std::vector<Extent> extents_of(FileId file, std::span<const Run> runs) {
    std::vector<Extent> extents;
    while (!runs.empty()) {
        const auto gap = std::adjacent_find(runs.begin(), runs.end(),
                                            [](const Run& a, const Run& b) { return a.end() != b.first; });
        const auto count = gap == runs.end() ? runs.size() : static_cast<std::size_t>(gap - runs.begin()) + 1;
        extents.push_back({file, RunList{runs.first(count)}});
        runs = runs.subspan(count);
    }
    return extents;
}

const LogIndex::Log* LogIndex::find(LogId log) const {
    const auto found = logs_.find(log);
    return found == logs_.end() || is_hidden(log) ? nullptr : &found->second;
}

Offset LogIndex::begin(LogId log) const {
    const Log* found = find(log);
    return found == nullptr ? Offset{0} : found->begin;
}

Offset LogIndex::end(LogId log) const {
    const Log* found = find(log);
    return found == nullptr ? Offset{0} : open_.end(log).value_or(found->end);
}

void LogIndex::count(const Extent& extent) {
    FileState& file = files_[extent.file];
    ++file.live_extents;
    if (!extent.file.is_segment()) file.live_bytes += extent.bytes();
}

void LogIndex::discount(const Extent& extent) {
    has_deaths_ = true;
    FileState& file = files_[extent.file];
    if (!extent.file.is_segment()) file.live_bytes -= extent.bytes();
    if (--file.live_extents == 0) maybe_dead_.push_back(extent.file);
}

void LogIndex::insert(Log& log, Extent extent) {
    const Offset from = std::max(extent.first(), log.released);
    if (from >= extent.end() || reach(log.extents, from) >= extent.end()) return;
    std::erase_if(log.extents, [&](const Extent& other) {
        const bool needless = other.first() >= extent.first() && other.end() <= extent.end();
        if (needless) discount(other);
        return needless;
    });
    count(extent);
    make_room(log.extents);
    const auto place = std::lower_bound(log.extents.begin(), log.extents.end(), extent.end(), kEndsBefore);
    log.extents.insert(place, std::move(extent));
}

void LogIndex::add(const PlacedEntry& entry) {
    if (entry.segment != open_segment_) distribute_open();
    open_segment_ = entry.segment;
    const bool is_first = open_.add(entry.log, entry.offset, entry.time, entry.position, entry.bytes);
    if (is_first) logs_.try_emplace(entry.log);
}

void LogIndex::distribute_open() {
    const FileId file = FileId::segment(open_segment_);
    std::vector<Run> runs;
    open_.for_each_log([&](LogId id) {
        Log& log = logs_.at(id);
        log.end = *open_.end(id);
        open_.get(id, log.released, runs);
        if (runs.empty()) return;
        if (!log.extents.empty() && log.extents.back().file == file) {
            auto before = log.extents.back().runs.all();
            std::vector<Run> all;
            while (const auto run = before.next()) all.push_back(*run);
            all.insert(all.end(), runs.begin(), runs.end());
            log.extents.back().runs = RunList{all};
        } else {
            make_room(log.extents);
            log.extents.push_back({file, RunList{runs}});
            count(log.extents.back());
        }
    });
    open_ = {};
}

void LogIndex::hide_before(LogId log, Offset begin) {
    const auto found = logs_.find(log);
    if (found == logs_.end()) return;
    const Offset end = open_.end(log).value_or(found->second.end);
    found->second.begin = std::clamp(begin, found->second.begin, end);
}

void LogIndex::hide(LogId log) {
    if (logs_.contains(log)) hidden_.insert(log);
}

void LogIndex::release_before(LogId log, Offset begin) {
    const auto found = logs_.find(log);
    if (found == logs_.end()) return;
    auto& [id, state] = *found;
    state.released = std::max(state.released, begin);
    auto& extents = state.extents;
    const auto kept = std::lower_bound(extents.begin(), extents.end(), state.released, kEndsBefore);
    std::for_each(extents.begin(), kept, [this](const Extent& extent) { discount(extent); });
    extents.erase(extents.begin(), kept);
}

void LogIndex::erase(LogId log) {
    const auto found = logs_.find(log);
    if (found == logs_.end()) return;
    for (const Extent& extent : found->second.extents) discount(extent);
    logs_.erase(found);
    hidden_.erase(log);
    open_.erase(log);
}

void LogIndex::clear() {
    logs_.clear();
    hidden_.clear();
    open_ = {};
    files_.clear();
    maybe_dead_.clear();
    ++generation_;
}

std::vector<PlacedRun> LogIndex::runs(LogId id, Offset from, std::size_t entries,
                                      std::size_t runs_max) const {
    std::vector<PlacedRun> runs;
    const Log* log = find(id);
    if (log == nullptr) return runs;
    std::uint64_t covered = 0;
    const auto take = [&](FileId file, const Run& run) {
        if (covered >= entries || runs.size() >= runs_max) return false;
        runs.push_back({file, run});
        covered += run.end().value() - std::max(from, run.first).value();
        from = run.end();
        return true;
    };
    auto extent = std::lower_bound(log->extents.begin(), log->extents.end(), from, kEndsBefore);
    for (; extent != log->extents.end(); ++extent) {
        auto cursor = extent->runs.from(from);
        while (const auto run = cursor.next()) {
            if (!take(extent->file, *run)) return runs;
        }
    }
    std::vector<Run> open;
    open_.get(id, from, open);
    for (const Run& run : open) {
        if (!take(FileId::segment(open_segment_), run)) break;
    }
    return runs;
}

std::optional<PlacedRun> LogIndex::last_run_before(LogId id, WallTime time) const {
    const Log* log = find(id);
    if (log == nullptr) return std::nullopt;
    if (const auto run = open_.last_run_before(id, time))
        return PlacedRun{FileId::segment(open_segment_), *run};
    const auto extent = std::lower_bound(log->extents.begin(), log->extents.end(), time,
                                         [](const Extent& e, WallTime t) { return e.runs.first_time() < t; });
    if (extent == log->extents.begin()) return std::nullopt;
    const Extent& last = *std::prev(extent);
    return PlacedRun{last.file, *last.runs.last_before(time)};
}

void LogIndex::set_file(FileId id, const FileState& state) {
    if (state.sealed && id == FileId::segment(open_segment_)) distribute_open();
    FileState& file = files_[id];
    file.bytes = state.bytes;
    file.sealed = state.sealed;
    file.level = state.level;
    file.until = state.until;
    file.block_bytes = state.block_bytes;
    if (file.sealed && file.live_extents == 0) maybe_dead_.push_back(id);
}

std::vector<FileId> LogIndex::take_dead_files() {
    std::vector<FileId> dead;
    for (const FileId id : std::exchange(maybe_dead_, {})) {
        const auto found = files_.find(id);
        if (found == files_.end() || found->second.live_extents > 0 || !found->second.sealed) continue;
        files_.erase(found);
        dead.push_back(id);
    }
    return dead;
}

std::uint64_t LogIndex::disk_bytes() const {
    std::uint64_t bytes = 0;
    for (const auto& [id, file] : files_) bytes += file.bytes;
    return bytes;
}

std::vector<std::pair<LogId, Extent>> LogIndex::extents_in(std::span<const FileId> files) const {
    std::vector<std::pair<LogId, Extent>> found;
    for (const auto& [id, log] : logs_) {
        for (const Extent& extent : log.extents) {
            if (std::find(files.begin(), files.end(), extent.file) != files.end())
                found.emplace_back(id, extent);
        }
    }
    return found;
}

void LogIndex::replace(std::span<const FileId> sources, std::vector<std::pair<LogId, Extent>> moved) {
    const auto from_source = [&](const Extent& extent) {
        if (std::find(sources.begin(), sources.end(), extent.file) == sources.end()) return false;
        discount(extent);
        return true;
    };
    for (auto& [id, log] : logs_) std::erase_if(log.extents, from_source);
    for (auto& [id, extent] : moved) {
        const auto found = logs_.find(id);
        if (found != logs_.end()) insert(found->second, std::move(extent));
    }
}

void LogIndex::restore(LogId log, const LogState& state) {
    Log& restored = logs_[log];
    restored.begin = restored.released = state.begin;
    restored.end = state.end;
}

void LogIndex::offer(LogId id, Extent extent) {
    const auto found = logs_.find(id);
    if (found != logs_.end() && extent.end() <= found->second.end) insert(found->second, std::move(extent));
}

std::optional<LogIndex::Gap> LogIndex::first_gap(LogId id) const {
    const Log& log = logs_.at(id);
    const Offset reached = reach(log.extents, log.released);
    if (reached >= log.end) return std::nullopt;
    const auto next = std::lower_bound(log.extents.begin(), log.extents.end(), reached, kEndsBefore);
    return Gap{reached, next == log.extents.end() ? log.end : next->first()};
}

}  // namespace millrace::storage
