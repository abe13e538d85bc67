#pragma once

#include <memory>
#include <string>

#include "base/units.h"
#include "files/file_system.h"
#include "storage/journal/frame_batch.h"
#include "storage/journal/log_table.h"
#include "storage/journal/segment_runs.h"

namespace millrace::storage {

/// When written bytes are forced to the disk.
struct FsyncMode {
    enum class When { kAlways, kInterval, kNever } when = When::kAlways;
    Milliseconds interval{0};  ///< kInterval only
    /// kAlways only: zeros written behind a write of at most kSmallWriteBytes that makes the file longer. The
    /// next ones do not, and their syncs need not wait for the file system to note its length: half of a lone
    /// sync. At most kZerosAheadMax.
    std::size_t zeros_ahead = kZerosAheadMax;

    static constexpr std::size_t kZerosAheadMax = 128_KiB;
    static constexpr std::size_t kSmallWriteBytes = 16_KiB;
};

/// The one segment that is being written. Not thread-safe.
class SegmentWriter {
  public:
    /// A new file `<directory>/<base>.segment` that opens with the table and the place before which nothing
    /// counts; durable when it returns, unless kNever. After an error nothing of it is left (or the error
    /// says that it could not be removed: kInternal).
    static Result<std::unique_ptr<SegmentWriter>> create(files::FileSystem& files,
                                                         const std::string& directory, std::uint64_t base,
                                                         const LogTable& table, std::uint64_t cleared,
                                                         FsyncMode mode);

    /// Goes on behind what recovery found valid and made durable.
    SegmentWriter(std::unique_ptr<files::File> file, std::uint64_t base, std::uint64_t cleared,
                  std::uint64_t size, const SegmentIndex& index, FsyncMode mode);

    [[nodiscard]] std::uint64_t base() const { return base_; }
    [[nodiscard]] std::uint64_t cleared() const { return cleared_; }
    [[nodiscard]] std::uint64_t size() const { return size_; }
    [[nodiscard]] bool dirty() const { return size_ != synced_; }
    [[nodiscard]] SegmentRuns& runs() { return runs_; }

    /// For the frames that write() appends next.
    void start(FrameBatch& batch) const;
    /// Appends the batch. After an error the segment is as before, but for bytes behind its end: see
    /// cut_back().
    Result<> write(const FrameBatch& batch);
    /// After an error, never kResourceExhausted, nobody knows what of the segment is on the disk.
    Result<> sync();
    /// Removes what a failed write or seal left behind the end, durably: what came back after a crash could
    /// be an entry of a log that was removed meanwhile.
    Result<> cut_back();
    /// Appends index and trailer and makes all durable, unless kNever. Returns the file's size; size() stays.
    Result<std::uint64_t> seal();

  private:
    [[nodiscard]] std::uint64_t zeros_ahead(const FrameBatch& batch) const;

    std::unique_ptr<files::File> file_;
    std::uint64_t base_;
    std::uint64_t cleared_;
    std::uint64_t size_;
    std::uint64_t synced_;
    std::uint64_t file_bytes_;  ///< from size_ on, zeros
    SegmentRuns runs_;
    FsyncMode mode_;
};

}  // namespace millrace::storage
