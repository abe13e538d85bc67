#include "storage/journal/segment_index.h"

#include <algorithm>
#include <limits>

#include "storage/binary.h"

namespace millrace::storage {
namespace {

std::optional<Run> take_run(BinaryReader& reader) {
    const auto first = reader.take<std::uint64_t>();
    const auto count = reader.take<std::uint32_t>();
    const auto position = reader.take<std::uint32_t>();
    const auto bytes = reader.take<std::uint32_t>();
    const auto time = reader.take<std::int64_t>();
    if (!first || !count || !position || !bytes || !time || *count == 0) return std::nullopt;
    if (*first > std::numeric_limits<std::uint64_t>::max() - *count) return std::nullopt;
    return Run{Offset{*first}, *count, *position, *bytes, from_millis(*time)};
}

bool follows(const Run& run, const std::vector<Run>& runs, RunGaps gaps) {
    if (runs.empty()) return true;
    return gaps == RunGaps::kAllowed ? run.first >= runs.back().end() : run.first == runs.back().end();
}

}  // namespace

bool extend(Run& run, Offset offset, std::uint32_t position, std::uint32_t bytes) {
    const std::uint32_t extended = position + bytes - run.position;
    if (run.end() != offset || extended > kRunBytesMax) return false;
    ++run.count;
    run.bytes = extended;
    return true;
}

void add_to_runs(std::vector<Run>& runs, Offset offset, WallTime time, std::uint32_t position,
                 std::uint32_t bytes) {
    if (!runs.empty() && extend(runs.back(), offset, position, bytes)) return;
    runs.push_back({offset, 1, position, bytes, time});
}

std::string encode(const SegmentIndex& index) {
    std::vector<LogId> logs;
    for (const auto& [log, runs] : index) logs.push_back(log);
    std::sort(logs.begin(), logs.end());
    std::string out;
    put(out, static_cast<std::uint32_t>(logs.size()));
    for (const LogId log : logs) encode_runs(out, log, index.at(log));
    return out;
}

void encode_runs(std::string& out, LogId log, std::span<const Run> runs) {
    put(out, log.value());
    put(out, static_cast<std::uint32_t>(runs.size()));
    for (const Run& run : runs) {
        put(out, run.first.value());
        put(out, run.count);
        put(out, run.position);
        put(out, run.bytes);
        put(out, to_millis(run.first_time));
    }
}

std::optional<SegmentIndex> decode_segment_index(std::string_view bytes, RunGaps gaps) {
    BinaryReader reader{bytes};
    const auto log_count = reader.take<std::uint32_t>();
    if (!log_count) return std::nullopt;
    SegmentIndex index;
    for (std::uint32_t i = 0; i < *log_count; ++i) {
        const auto log = reader.take<std::uint64_t>();
        const auto run_count = reader.take<std::uint32_t>();
        if (!log || !run_count) return std::nullopt;
        std::vector<Run>& runs = index[LogId{*log}];
        for (std::uint32_t j = 0; j < *run_count; ++j) {
            const auto run = take_run(reader);
            if (!run || !follows(*run, runs, gaps)) return std::nullopt;
            if (run->is_gap() && gaps == RunGaps::kNone) return std::nullopt;
            runs.push_back(*run);
        }
        if (runs.empty()) return std::nullopt;
    }
    if (!reader.rest().empty()) return std::nullopt;
    return index;
}

}  // namespace millrace::storage
