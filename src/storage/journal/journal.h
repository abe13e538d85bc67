#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/executor.h"
#include "base/time.h"
#include "files/file_system.h"
#include "files/snapshot.h"
#include "storage/archive/archive_plan.h"
#include "storage/journal/reads.h"
#include "storage/journal/worker.h"
#include "storage/journal/writer.h"
#include "storage/log_store.h"

namespace millrace::storage {

/// Segments roll at this size.
inline constexpr std::uint64_t kSegmentBytes = 64_MiB;
/// Memory of appends waiting for the disk, kQueuedEntryBytes and the payload of each entry; beyond it they
/// are refused (kResourceExhausted), but for one that waits alone. Trims and removals are never refused for
/// it.
inline constexpr std::size_t kQueueBytesMax = 64_MiB;
/// One append's entries; more is refused (kInvalidArgument).
inline constexpr std::size_t kAppendBytesMax = 512_MiB;
/// Room on the disk that only what frees space may use: docs/decisions/0031-full-disk.md. About 5,000
/// deletions; as long as there is space it is filled up again.
inline constexpr std::uint64_t kHeldBackBytes = 1_MiB;
/// Newest entries kept in memory.
inline constexpr std::size_t kRecentBytesMax = 16_MiB;

/// The log store on the local disk: all logs in one sequence of segment files, with group commit; what is
/// older in compressed archive files. Formats and recovery: docs/formats/journal.md, archive.md. Decisions:
/// docs/decisions/0002-journal.md, 0009-archive.md.
///
/// Threads: as LogStore; threads of its own for writing, reading and archiving. Callbacks not yet run when
/// the journal is destroyed are dropped; what was appended is written and made durable before the destructor
/// returns.
class Journal final : public LogStore {
  public:
    struct Options {
        std::string directory;  ///< the data directory; its parent must exist. Journal and lock lie in it
        FsyncMode fsync;
        files::FileSystem& files;
        Executor& home;
        Clock& clock;
        // What tests change.
        std::uint64_t segment_bytes = kSegmentBytes;
        std::size_t recent_bytes_max = kRecentBytesMax;
        std::size_t queue_bytes_max = kQueueBytesMax;
        std::uint64_t held_back_bytes = kHeldBackBytes;
        std::size_t waiting_reads_max = kWaitingReadsMax;
        ArchivePolicy archive = {};
        StartWorker start_worker = start_thread_worker;
    };

    struct Stats {
        std::uint64_t entries = 0;  ///< appended since the start
        std::uint64_t bytes = 0;    ///< written since the start
        std::uint64_t commits = 0;  ///< groups since the start
        std::uint64_t syncs = 0;    ///< since the start
        std::size_t logs = 0;
        std::size_t segments = 0;
        std::size_t archive_files = 0;
        std::uint64_t disk_bytes = 0;
        std::size_t queued_bytes = 0;
        std::size_t waiting_reads = 0;
        std::size_t recent_bytes = 0;
        std::string read_failure;     ///< see Reads::failure()
        std::string archive_failure;  ///< why the newest attempt to archive failed; empty when it did not
    };

    /// Recovers what the directory holds, creates it when it is missing. All references must outlive the
    /// journal. Errors: one sentence that names the directory or the file: in use by another process
    /// (kUnavailable), damaged or written by a newer version (kCorruption), read-only, full.
    static Result<std::unique_ptr<Journal>> open(Options options);
    ~Journal() override;

    void append(std::vector<NewEntry> entries, AppendDone done) override;
    void read(LogId log, Offset from, ReadLimits limits, ReadDone done) override;
    void find_time(LogId log, WallTime time, FindDone done) override;
    [[nodiscard]] Offset begin(LogId log) const override;
    [[nodiscard]] Offset end(LogId log) const override;
    void trim(LogId log, Offset offset, Done done) override;
    void remove(LogId log, Done done) override;

    /// Drops all logs; fast, whatever they hold. What was appended before is gone when the callback runs,
    /// what is appended after this call stays.
    void clear(Done done);

    /// Gives every file that is needed now a second name below `directory`, which must be an empty directory
    /// on the same disk, so that the files stay although the journal goes on. Copied, so many bytes of each,
    /// to a directory of their own, they are a journal that holds everything acknowledged before the call.
    /// After an error a part may be there.
    void snapshot(std::string directory, files::SnapshotDone done);

    [[nodiscard]] Health health() const;
    [[nodiscard]] Stats stats() const;

  private:
    struct State;
    explicit Journal(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;
};

}  // namespace millrace::storage
