#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "storage/journal/segment_index.h"
#include "storage/log_map.h"

namespace millrace::storage {

/// The index of the segment that is being written: a SegmentIndex in the order of writing, so that it grows
/// without an allocation for each log. A log has about two runs for each kRunBytesMax of the segment at most,
/// which bounds what a call that walks them costs.
class SegmentRuns {
  public:
    SegmentRuns() = default;
    explicit SegmentRuns(const SegmentIndex& index);

    /// The entry that follows the log's last one. True when it is the first of the log here.
    bool add(LogId log, Offset offset, WallTime time, std::uint32_t position, std::uint32_t bytes);
    void erase(LogId log) { newest_.erase(log); }

    /// Behind the log's last entry here; nullopt when it has none.
    [[nodiscard]] std::optional<Offset> end(LogId log) const;
    /// Replaces `runs` by those that hold the entries from `from` on, in ascending order.
    void get(LogId log, Offset from, std::vector<Run>& runs) const;
    /// The last run that begins before `time`.
    [[nodiscard]] std::optional<Run> last_run_before(LogId log, WallTime time) const;
    /// The logs that have entries, in no order.
    void for_each_log(const std::function<void(LogId)>& visit) const;

    /// As encode() of the SegmentIndex with the same runs.
    [[nodiscard]] std::string encode() const;

  private:
    /// Runs of one log, linked from its newest to its oldest. A Run, and what its alignment leaves room for.
    struct Link {
        Offset first;
        WallTime first_time;
        std::uint32_t count;
        std::uint32_t position;
        std::uint32_t bytes;
        std::uint32_t older;  ///< in older_; kNone when there is none

        Link(const Run& run, std::uint32_t before)
            : first(run.first),
              first_time(run.first_time),
              count(run.count),
              position(run.position),
              bytes(run.bytes),
              older(before) {}
        [[nodiscard]] Run run() const { return {first, count, position, bytes, first_time}; }
    };
    static constexpr std::uint32_t kNone = ~0U;
    /// Pieces, so that growing neither copies nor takes twice the room for a while.
    static constexpr std::size_t kLinksPerPiece = 1024;

    void push(Link& newest, const Run& run);
    [[nodiscard]] const Link& older(std::uint32_t at) const {
        return older_[at / kLinksPerPiece][at % kLinksPerPiece];
    }
    /// Calls `take` from the newest run to the oldest, until it returns false.
    template <class Take>
    void walk_back(LogId log, Take take) const;

    LogMap<Link> newest_;
    std::vector<std::vector<Link>> older_;
};

}  // namespace millrace::storage
