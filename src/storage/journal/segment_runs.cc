#include "storage/journal/segment_runs.h"

#include <algorithm>

#include "storage/binary.h"

namespace millrace::storage {

SegmentRuns::SegmentRuns(const SegmentIndex& index) {
    for (const auto& [log, runs] : index) {
        for (const Run& run : runs) push(log, run);
    }
}

void SegmentRuns::push(LogId log, const Run& run) {
    const auto [newest, first] = newest_.try_emplace(log, kNone);
    links_.push_back({run, newest->second});
    newest->second = static_cast<std::uint32_t>(links_.size() - 1);
}

void SegmentRuns::add(LogId log, Offset offset, WallTime time, std::uint32_t position, std::uint32_t bytes) {
    const auto newest = newest_.find(log);
    if (newest != newest_.end() && extend(links_[newest->second].run, offset, position, bytes)) return;
    push(log, {offset, 1, position, bytes, time});
}

std::string SegmentRuns::encode() const {
    std::vector<std::pair<LogId, std::uint32_t>> logs(newest_.begin(), newest_.end());
    std::sort(logs.begin(), logs.end());
    std::string out;
    put(out, static_cast<std::uint32_t>(logs.size()));
    std::vector<Run> runs;
    for (const auto& [log, newest] : logs) {
        runs.clear();
        for (std::uint32_t at = newest; at != kNone; at = links_[at].older) runs.push_back(links_[at].run);
        std::reverse(runs.begin(), runs.end());
        encode_runs(out, log, runs);
    }
    return out;
}

}  // namespace millrace::storage
