#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "storage/journal/file_id.h"
#include "storage/journal/log_table.h"
#include "storage/journal/run_list.h"
#include "storage/journal/segment_index.h"
#include "storage/journal/segment_runs.h"
#include "storage/journal/write.h"

namespace millrace::storage {

/// A run and the file it lies in.
struct PlacedRun {
    FileId file;
    Run run;
};

/// Runs of one log in one file that follow one another without gaps; never empty.
struct Extent {
    FileId file;
    RunList runs;

    [[nodiscard]] Offset first() const { return runs.first(); }
    [[nodiscard]] Offset end() const { return runs.end(); }
    /// Of the file: for an archive exact, for a segment frames of other logs may be counted in.
    [[nodiscard]] std::uint64_t bytes() const;
};

/// Splits runs in ascending order wherever offsets are missing between them.
[[nodiscard]] std::vector<Extent> extents_of(FileId file, std::span<const Run> runs);

/// What is known of a file.
struct FileState {
    std::uint64_t bytes = 0;  ///< size on the disk
    /// Nothing is written to it any more: it may go when nothing in it lives.
    bool sealed = false;
    // Archive files only.
    std::uint32_t level = 0;        ///< ArchiveFile::level
    std::uint64_t until = 0;        ///< ArchiveFile::until
    std::uint64_t block_bytes = 0;  ///< of all blocks
    // Kept by the index.
    std::size_t live_extents = 0;
    std::uint64_t live_bytes = 0;  ///< archive files: of the blocks in extents
};

/// Where every readable entry lies, and which files still hold one. Not thread-safe.
///
/// Memory: about 9 bytes for each place in the files where entries of a log lie together, 70 for each file
/// that a log has entries in, and 100 for each log. What is added goes to a table of the open segment, which
/// costs little even when each entry belongs to another log than the one before; the logs get their part of
/// it when the segment is sealed.
class LogIndex {
  public:
    [[nodiscard]] Offset begin(LogId log) const;
    [[nodiscard]] Offset end(LogId log) const;
    [[nodiscard]] std::size_t logs() const { return logs_.size(); }

    /// Entries that became durable, in order.
    void add(const PlacedEntry& entry);

    /// Hides entries from readers at once. release() and erase() follow once that is durable, and may free
    /// files.
    void hide_before(LogId log, Offset begin);
    void hide(LogId log);
    [[nodiscard]] bool is_hidden(LogId log) const { return !hidden_.empty() && hidden_.contains(log); }
    void release_before(LogId log, Offset begin);
    void erase(LogId log);

    /// Forgets all logs and files: a new generation.
    void clear();
    [[nodiscard]] std::uint64_t generation() const { return generation_; }

    /// The runs that hold the entries from `from` on, until they are enough for `entries` or are `runs_max`.
    /// Runs of different files may overlap: the earlier one then counts.
    [[nodiscard]] std::vector<PlacedRun> runs(LogId log, Offset from, std::size_t entries,
                                              std::size_t runs_max) const;
    /// The last run that begins before `time`: the first entry at or after it lies there or just behind.
    [[nodiscard]] std::optional<PlacedRun> last_run_before(LogId log, WallTime time) const;

    // Files.
    /// Sets what is not "kept by the index".
    void set_file(FileId file, const FileState& state);
    [[nodiscard]] const std::map<FileId, FileState>& files() const { return files_; }
    /// Sealed files in which nothing lives any more; they are forgotten with this call.
    [[nodiscard]] std::vector<FileId> take_dead_files();
    /// Whether anything in files died since the last call.
    [[nodiscard]] bool take_deaths() { return std::exchange(has_deaths_, false); }
    [[nodiscard]] std::uint64_t disk_bytes() const;

    // Archiving.
    /// Every extent that lies in one of the files, each log's side by side, in ascending order.
    [[nodiscard]] std::vector<std::pair<LogId, Extent>> extents_in(std::span<const FileId> files) const;
    /// Entries of `sources` lie elsewhere from now on: per log, all its extents in `sources` make way for its
    /// `moved` ones, which hold the same entries but for those released since.
    void replace(std::span<const FileId> sources, std::vector<std::pair<LogId, Extent>> moved);

    // Recovery.
    void restore(LogId log, const LogState& state);
    /// Takes the extent if it holds live entries that no extent offered before holds.
    void offer(LogId log, Extent extent);
    /// The first gap in what lives: entries that no extent holds; nullopt when all are there.
    struct Gap {
        Offset first;
        Offset end;
    };
    [[nodiscard]] std::optional<Gap> first_gap(LogId log) const;

  private:
    struct Log {
        Offset begin;
        Offset released;  ///< begin as far as it is durable
        Offset end;       ///< before the open segment
        /// Ascending by first offset and by end; after a crash neighbours may overlap.
        std::vector<Extent> extents;
    };

    [[nodiscard]] const Log* find(LogId log) const;
    /// The logs get their parts of the open segment.
    void distribute_open();
    void count(const Extent& extent);
    void discount(const Extent& extent);
    /// Does nothing when others hold what lives in it; others that it holds go.
    void insert(Log& log, Extent extent);

    std::unordered_map<LogId, Log> logs_;
    std::unordered_set<LogId> hidden_;
    std::uint64_t open_segment_ = 0;  ///< its base
    SegmentRuns open_;                ///< what was added to it
    std::map<FileId, FileState> files_;
    std::vector<FileId> maybe_dead_;
    bool has_deaths_ = false;
    std::uint64_t generation_ = 0;
};

}  // namespace millrace::storage
