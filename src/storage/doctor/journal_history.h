#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "storage/doctor/offset_ranges.h"
#include "storage/journal/frame.h"
#include "storage/journal/log_table.h"

namespace millrace::storage {

/// What the frames of a journal say of its logs, told in the order in which they were written, some perhaps
/// missing. Pure.
class JournalHistory {
  public:
    struct Log {
        LogState state;
        /// False: no table was readable that would say where the log begins; state.begin is what was seen
        /// first.
        bool begin_known = true;
        std::uint64_t seen = 0;  ///< place of the newest frame that names the log
    };

    /// Entries that must have been somewhere between two places of the journal and were not met there.
    struct Gap {
        LogId log;
        OffsetRange entries;
        std::uint64_t after = 0;
        std::uint64_t before = 0;
    };

    void begin_segment(std::uint64_t base);
    /// False when the frame contradicts what came before and nothing in between was unreadable. It then
    /// counts for nothing, but for a table, which is believed. `place` is the frame's in the journal.
    [[nodiscard]] bool apply(const Frame& frame, std::uint64_t place);
    /// Frames may be missing here.
    void miss();
    /// `sealed`: it ends as a sealed segment does. `whole`: its last frame was met.
    void end_segment(std::uint64_t end, bool sealed, bool whole);

    [[nodiscard]] const std::map<LogId, Log>& logs() const { return logs_; }
    [[nodiscard]] const std::vector<Gap>& gaps() const { return gaps_; }
    /// Place before which nothing counts any more.
    [[nodiscard]] std::uint64_t cleared() const { return cleared_; }
    /// Where the newest segment whose table could be read begins; nullopt when there is none.
    [[nodiscard]] std::optional<std::uint64_t> table_place() const { return table_place_; }
    /// Removed since that table.
    [[nodiscard]] const std::set<LogId>& removed() const { return removed_; }
    /// One past the highest log id met.
    [[nodiscard]] std::uint64_t log_ids_below() const { return log_ids_below_; }
    /// Where the segments end.
    [[nodiscard]] std::uint64_t end() const { return previous_ ? previous_->end : 0; }

  private:
    struct Segment {
        std::uint64_t end;
        bool sealed;
        bool whole;
    };

    bool read_table(const Frame& frame, std::uint64_t place);
    [[nodiscard]] bool continues(const LogTable& table) const;
    void go_without_table();
    void clear_at(std::uint64_t place);
    bool add_entry(const FrameHeader& header, std::uint64_t place);
    bool trim(const FrameHeader& header, std::uint64_t place);
    bool remove(LogId log);
    bool read_index(const Frame& frame, std::uint64_t place);
    /// The log, which then reaches at least to `end`; nullptr when that contradicts what is known.
    Log* reach(LogId id, Offset begin, Offset end, std::uint64_t place);

    std::map<LogId, Log> logs_;
    std::vector<Gap> gaps_;
    std::set<LogId> removed_;
    std::uint64_t cleared_ = 0;
    std::optional<std::uint64_t> table_place_;
    std::uint64_t log_ids_below_ = 1;
    std::optional<Segment> previous_;
    std::uint64_t base_ = 0;
    bool at_begin_ = false;       ///< of a segment: the table comes next
    bool without_table_ = false;  ///< the segment's table was not readable
    bool missing_ = false;        ///< frames may be missing since the last table
};

}  // namespace millrace::storage
