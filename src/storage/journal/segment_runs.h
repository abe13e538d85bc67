#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "storage/journal/segment_index.h"
#include "storage/log_map.h"

namespace millrace::storage {

/// The index of the segment that is being written: a SegmentIndex in the order of writing, so that it grows
/// without an allocation for each log.
class SegmentRuns {
  public:
    SegmentRuns() = default;
    explicit SegmentRuns(const SegmentIndex& index);

    /// The entry that follows the log's last one.
    void add(LogId log, Offset offset, WallTime time, std::uint32_t position, std::uint32_t bytes);
    void erase(LogId log) { newest_.erase(log); }

    /// As encode() of the SegmentIndex with the same runs.
    [[nodiscard]] std::string encode() const;

  private:
    /// Runs of one log, linked from its newest to its oldest.
    struct Link {
        Run run;
        std::uint32_t older;  ///< kNone when there is none
    };
    static constexpr std::uint32_t kNone = ~0U;

    void push(LogId log, const Run& run);

    std::vector<Link> links_;
    LogMap<std::uint32_t> newest_;
};

}  // namespace millrace::storage
