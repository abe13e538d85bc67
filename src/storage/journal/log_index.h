#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "storage/journal/log_table.h"
#include "storage/journal/segment_index.h"
#include "storage/journal/write.h"

namespace millrace::storage {

/// A run and the segment it lies in.
struct PlacedRun {
    std::uint64_t segment = 0;
    Run run;
};

/// Where every readable entry lies, and which segments still hold one. Not thread-safe.
class LogIndex {
  public:
    [[nodiscard]] Offset begin(LogId log) const;
    [[nodiscard]] Offset end(LogId log) const;
    [[nodiscard]] std::size_t logs() const { return logs_.size(); }

    /// Entries that became durable, in order.
    void add(const PlacedEntry& entry);

    /// Hides entries from readers at once. release() and erase() follow once that is durable, and may free
    /// segments.
    void hide_before(LogId log, Offset begin);
    void hide(LogId log);
    void release_before(LogId log, Offset begin);
    void erase(LogId log);

    /// Forgets all logs and segments.
    void clear();

    /// The runs that hold the entries from `from` on, until they are enough for `entries` or are `runs_max`.
    [[nodiscard]] std::vector<PlacedRun> runs(LogId log, Offset from, std::size_t entries,
                                              std::size_t runs_max) const;
    /// The last run that begins before `time`: the first entry at or after it lies there or just behind.
    [[nodiscard]] std::optional<PlacedRun> last_run_before(LogId log, WallTime time) const;

    // Segments.
    void set_segment(std::uint64_t base, std::uint64_t bytes, bool sealed);
    /// Sealed segments in which nothing lives any more; they are forgotten with this call.
    [[nodiscard]] std::vector<std::uint64_t> take_dead_segments();
    [[nodiscard]] std::vector<std::uint64_t> segments() const;
    [[nodiscard]] std::uint64_t disk_bytes() const;

    // Recovery.
    void restore(LogId log, const LogState& state);
    /// Runs of a segment older than all that the log has.
    void prepend(LogId log, std::uint64_t segment, std::vector<Run> runs);

  private:
    struct Extent {
        std::uint64_t segment;
        std::vector<Run> runs;
        [[nodiscard]] Offset end() const { return runs.back().end(); }
    };
    struct Log {
        Offset begin;
        Offset end;
        bool hidden = false;
        std::deque<Extent> extents;
    };
    struct Segment {
        std::uint64_t bytes = 0;
        std::size_t live_logs = 0;
        bool sealed = false;
    };

    [[nodiscard]] const Log* find(LogId log) const;
    void drop_front(Log& log);

    std::unordered_map<LogId, Log> logs_;
    std::map<std::uint64_t, Segment> segments_;
    std::vector<std::uint64_t> maybe_dead_;
};

}  // namespace millrace::storage
