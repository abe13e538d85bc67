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

/// What a sealed segment ends with.
struct SegmentEnd {
    std::string index;  ///< payload of its frame
    std::string trailer;
    [[nodiscard]] std::uint64_t bytes() const { return kFrameHeaderBytes + index.size() + trailer.size(); }
};

/// The one segment that is being written. Not thread-safe.
class SegmentWriter {
  public:
    struct Start {
        std::uint64_t base = 0;
        LogTable table = {};
        std::uint64_t cleared = 0;    ///< the place before which nothing counts
        std::uint64_t held_back = 0;  ///< room to be reserved behind what it opens with
    };
    /// A new file that opens with the table; durable when it returns, unless kNever, but it counts only once
    /// it is published. One at a time. After an error nothing of it counts.
    static Result<std::unique_ptr<SegmentWriter>> prepare(files::FileSystem& files,
                                                          const std::string& directory, const Start& start,
                                                          FsyncMode mode);
    /// Gives it its name, `<path>/<base>.segment`, durably, unless kNever. The directory with that path is
    /// open before anything is written, so that a lack of descriptors cannot come in between. Errors: those
    /// of rename, then it does not count; kInternal when nobody knows whether it does.
    Result<> publish(files::FileSystem& files, const std::string& path, files::Directory& directory);
    /// Both.
    static Result<std::unique_ptr<SegmentWriter>> create(files::FileSystem& files,
                                                         const std::string& directory, const Start& start,
                                                         FsyncMode mode);

    /// Goes on behind what recovery found valid and made durable.
    SegmentWriter(std::unique_ptr<files::File> file, std::uint64_t base, std::uint64_t cleared,
                  std::uint64_t size, const SegmentIndex& index, FsyncMode mode);

    [[nodiscard]] std::uint64_t base() const { return base_; }
    [[nodiscard]] std::uint64_t cleared() const { return cleared_; }
    [[nodiscard]] std::uint64_t size() const { return size_; }
    [[nodiscard]] bool dirty() const { return size_ != synced_; }
    [[nodiscard]] SegmentRuns& runs() { return runs_; }

    /// Makes sure that what is appended, up to so many bytes, finds room on the disk, where the system can
    /// promise it. kResourceExhausted: nothing has changed. Some more is reserved where there is enough.
    Result<> reserve(std::uint64_t bytes);
    /// Nothing more will be appended than what seal() did: gives back what is reserved behind it.
    void give_back();

    /// For the frames that write() appends next.
    void start(FrameBatch& batch) const;
    /// Appends the batch. After an error the segment is as before, but for bytes behind its end: see
    /// cut_back().
    Result<> write(const FrameBatch& batch);
    /// After an error, never kResourceExhausted, nobody knows what of the segment is on the disk.
    Result<> sync();
    /// Removes what a failed write, or a seal, left behind the end, durably, and what was reserved there:
    /// what came back after a crash could be an entry of a log that was removed meanwhile.
    Result<> cut_back();
    /// Index and trailer of the segment as it is now.
    [[nodiscard]] SegmentEnd end() const;
    /// Appends them and makes all durable, unless kNever; size() stays.
    Result<> seal(const SegmentEnd& end);

  private:
    [[nodiscard]] std::uint64_t zeros_ahead(const FrameBatch& batch) const;

    std::unique_ptr<files::File> file_;
    std::uint64_t base_;
    std::uint64_t cleared_;
    std::uint64_t size_;
    std::uint64_t synced_;
    std::uint64_t written_;   ///< bytes of the file; behind size_ zeros, or a trace
    std::uint64_t reserved_;  ///< from the file's beginning
    bool has_trace_ = false;  ///< a write that failed, or a seal, left something behind size_
    SegmentRuns runs_;
    FsyncMode mode_;
};

}  // namespace millrace::storage
