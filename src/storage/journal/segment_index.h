#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "storage/log_store.h"

namespace millrace::storage {

/// Why offsets have no entries; stands where a run has its position.
enum class GapReason : std::uint32_t {
    kLost = 0,     ///< the entries could not be read
    kSkipped = 1,  ///< nobody knew whether there were any
};

/// Consecutive entries of one log that lie close together in a segment; frames of other logs may lie between
/// them.
struct Run {
    Offset first;
    std::uint32_t count = 0;
    std::uint32_t position = 0;  ///< of the first entry's frame in the segment; see GapReason
    std::uint32_t bytes =
        0;  ///< to the end of the last entry's frame; 0: there are no entries, see GapReason
    WallTime first_time;

    [[nodiscard]] Offset end() const { return Offset{first.value() + count}; }
    /// A salvage left these offsets without entries: readers step over them.
    [[nodiscard]] bool is_gap() const { return bytes == 0; }
    [[nodiscard]] GapReason gap_reason() const { return static_cast<GapReason>(position); }
    friend bool operator==(const Run&, const Run&) = default;
};

/// The sparse index: what a reader has to read for one entry. Larger runs make the index smaller and a read
/// larger.
inline constexpr std::uint32_t kRunBytesMax = 64 * 1024;

/// Adds the entry to the run; false when it does not follow the run's last or there is no room.
[[nodiscard]] bool extend(Run& run, Offset offset, std::uint32_t position, std::uint32_t bytes);

/// Adds the entry that follows the last run's, in the same run when there is room.
void add_to_runs(std::vector<Run>& runs, Offset offset, WallTime time, std::uint32_t position,
                 std::uint32_t bytes);

/// Which entries a segment holds, and where; its last frame once it is sealed.
using SegmentIndex = std::unordered_map<LogId, std::vector<Run>>;

[[nodiscard]] std::string encode(const SegmentIndex& index);
/// What encode() says of one log; the number of logs (u32) stands before the first.
void encode_runs(std::string& out, LogId log, std::span<const Run> runs);

/// Whether entries may be missing in and between the runs of a log: none are in a segment.
enum class RunGaps { kNone, kAllowed };
[[nodiscard]] std::optional<SegmentIndex> decode_segment_index(std::string_view bytes,
                                                               RunGaps gaps = RunGaps::kNone);

}  // namespace millrace::storage
