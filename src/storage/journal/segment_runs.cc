#include "storage/journal/segment_runs.h"

#include <algorithm>
#include <span>

#include "storage/binary.h"

namespace millrace::storage {

SegmentRuns::SegmentRuns(const SegmentIndex& index) {
    for (const auto& [log, runs] : index) {
        Link& newest = newest_.try_emplace(log, Link{runs.front(), kNone}).first->second;
        for (const Run& run : std::span{runs}.subspan(1)) push(newest, run);
    }
}

void SegmentRuns::push(Link& newest, const Run& run) {
    if (older_.empty() || older_.back().size() == kLinksPerPiece)
        older_.emplace_back().reserve(kLinksPerPiece);
    older_.back().push_back(newest);
    newest = {run,
              static_cast<std::uint32_t>((older_.size() - 1) * kLinksPerPiece + older_.back().size() - 1)};
}

bool SegmentRuns::add(LogId log, Offset offset, WallTime time, std::uint32_t position, std::uint32_t bytes) {
    const Run run{offset, 1, position, bytes, time};
    const auto [found, is_first] = newest_.try_emplace(log, Link{run, kNone});
    if (is_first) return true;
    Run newest = found->second.run();
    if (extend(newest, offset, position, bytes)) {
        found->second = {newest, found->second.older};
    } else {
        push(found->second, run);
    }
    return false;
}

template <class Take>
void SegmentRuns::walk_back(LogId log, Take take) const {
    const auto found = newest_.find(log);
    if (found == newest_.end()) return;
    for (const Link* link = &found->second; take(link->run()) && link->older != kNone;)
        link = &older(link->older);
}

std::optional<Offset> SegmentRuns::end(LogId log) const {
    const auto found = newest_.find(log);
    if (found == newest_.end()) return std::nullopt;
    return found->second.run().end();
}

void SegmentRuns::get(LogId log, Offset from, std::vector<Run>& runs) const {
    runs.clear();
    walk_back(log, [&](const Run& run) {
        if (run.end() <= from) return false;
        runs.push_back(run);
        return true;
    });
    std::reverse(runs.begin(), runs.end());
}

std::optional<Run> SegmentRuns::last_run_before(LogId log, WallTime time) const {
    std::optional<Run> last;
    walk_back(log, [&](const Run& run) {
        if (run.first_time < time) last = run;
        return !last;
    });
    return last;
}

void SegmentRuns::for_each_log(const std::function<void(LogId)>& visit) const {
    for (const auto& [log, newest] : newest_) visit(log);
}

std::string SegmentRuns::encode() const {
    std::vector<LogId> logs;
    logs.reserve(newest_.size());
    for_each_log([&](LogId log) { logs.push_back(log); });
    std::sort(logs.begin(), logs.end());
    std::string out;
    put(out, static_cast<std::uint32_t>(logs.size()));
    std::vector<Run> runs;
    for (const LogId log : logs) {
        get(log, Offset{0}, runs);
        encode_runs(out, log, runs);
    }
    return out;
}

}  // namespace millrace::storage
