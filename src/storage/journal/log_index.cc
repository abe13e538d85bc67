#include "storage/journal/log_index.h"

#include <algorithm>
#include <utility>

namespace millrace::storage {

const LogIndex::Log* LogIndex::find(LogId log) const {
    const auto found = logs_.find(log);
    return found == logs_.end() || found->second.hidden ? nullptr : &found->second;
}

Offset LogIndex::begin(LogId log) const {
    const Log* found = find(log);
    return found == nullptr ? Offset{0} : found->begin;
}

Offset LogIndex::end(LogId log) const {
    const Log* found = find(log);
    return found == nullptr ? Offset{0} : found->end;
}

void LogIndex::add(const PlacedEntry& entry) {
    Log& log = logs_[entry.log];
    if (log.extents.empty() || log.extents.back().segment != entry.segment) {
        log.extents.push_back({entry.segment, {}});
        ++segments_[entry.segment].live_logs;
    }
    add_to_runs(log.extents.back().runs, entry.offset, entry.time, entry.position, entry.bytes);
    log.end = Offset{entry.offset.value() + 1};
}

void LogIndex::hide_before(LogId log, Offset begin) {
    const auto found = logs_.find(log);
    if (found == logs_.end()) return;
    found->second.begin = std::clamp(begin, found->second.begin, found->second.end);
}

void LogIndex::hide(LogId log) {
    if (const auto found = logs_.find(log); found != logs_.end()) found->second.hidden = true;
}

void LogIndex::drop_front(Log& log) {
    const std::uint64_t segment = log.extents.front().segment;
    log.extents.pop_front();
    if (--segments_[segment].live_logs == 0) maybe_dead_.push_back(segment);
}

void LogIndex::release_before(LogId log, Offset begin) {
    const auto found = logs_.find(log);
    if (found == logs_.end()) return;
    auto& extents = found->second.extents;
    while (!extents.empty() && extents.front().end() <= begin) drop_front(found->second);
}

void LogIndex::erase(LogId log) {
    const auto found = logs_.find(log);
    if (found == logs_.end()) return;
    while (!found->second.extents.empty()) drop_front(found->second);
    logs_.erase(found);
}

void LogIndex::clear() {
    logs_.clear();
    segments_.clear();
    maybe_dead_.clear();
}

std::vector<PlacedRun> LogIndex::runs(LogId id, Offset from, std::size_t entries,
                                      std::size_t runs_max) const {
    std::vector<PlacedRun> runs;
    const Log* log = find(id);
    if (log == nullptr) return runs;
    const auto ends_before = [](const auto& part, Offset offset) { return part.end() <= offset; };
    auto extent = std::lower_bound(log->extents.begin(), log->extents.end(), from, ends_before);
    std::uint64_t covered = 0;
    for (; extent != log->extents.end(); ++extent) {
        auto run = std::lower_bound(extent->runs.begin(), extent->runs.end(), from, ends_before);
        for (; run != extent->runs.end(); ++run) {
            if (covered >= entries || runs.size() >= runs_max) return runs;
            runs.push_back({extent->segment, *run});
            covered += run->end().value() - std::max(from, run->first).value();
        }
    }
    return runs;
}

std::optional<PlacedRun> LogIndex::last_run_before(LogId id, WallTime time) const {
    const Log* log = find(id);
    if (log == nullptr) return std::nullopt;
    const auto extent =
        std::lower_bound(log->extents.begin(), log->extents.end(), time,
                         [](const Extent& e, WallTime t) { return e.runs.front().first_time < t; });
    if (extent == log->extents.begin()) return std::nullopt;
    const Extent& last = *std::prev(extent);
    const auto run = std::lower_bound(last.runs.begin(), last.runs.end(), time,
                                      [](const Run& r, WallTime t) { return r.first_time < t; });
    return PlacedRun{last.segment, *std::prev(run)};
}

void LogIndex::set_segment(std::uint64_t base, std::uint64_t bytes, bool sealed) {
    Segment& segment = segments_[base];
    segment.bytes = bytes;
    segment.sealed = sealed;
    if (sealed && segment.live_logs == 0) maybe_dead_.push_back(base);
}

std::vector<std::uint64_t> LogIndex::take_dead_segments() {
    std::vector<std::uint64_t> dead;
    for (const std::uint64_t base : std::exchange(maybe_dead_, {})) {
        const auto found = segments_.find(base);
        if (found == segments_.end() || found->second.live_logs > 0 || !found->second.sealed) continue;
        segments_.erase(found);
        dead.push_back(base);
    }
    return dead;
}

std::vector<std::uint64_t> LogIndex::segments() const {
    std::vector<std::uint64_t> bases;
    for (const auto& [base, segment] : segments_) bases.push_back(base);
    return bases;
}

std::uint64_t LogIndex::disk_bytes() const {
    std::uint64_t bytes = 0;
    for (const auto& [base, segment] : segments_) bytes += segment.bytes;
    return bytes;
}

void LogIndex::restore(LogId log, const LogState& state) {
    logs_[log].begin = state.begin;
    logs_[log].end = state.end;
}

void LogIndex::prepend(LogId log, std::uint64_t segment, std::vector<Run> runs) {
    logs_[log].extents.push_front({segment, std::move(runs)});
    ++segments_[segment].live_logs;
}

}  // namespace millrace::storage
