#pragma once

#include <memory>
#include <string>

#include "files/file_system.h"
#include "storage/journal/frame.h"
#include "storage/journal/log_table.h"
#include "storage/journal/segment_format.h"
#include "storage/journal/segment_index.h"

namespace millrace::storage {

/// Walks the frames of a segment from its header to its end, verifying each.
class SegmentScanner {
  public:
    /// The file must outlive the scanner.
    SegmentScanner(files::File& file, std::uint64_t base, std::uint64_t size);

    enum class Step { kFrame, kEnd, kDamaged };
    /// The next frame, valid until the next call. kEnd: the file ends after the last frame. kDamaged: what
    /// stands at position() is not a frame. Errors: those of reading.
    Result<Step> next();
    [[nodiscard]] const Frame& frame() const { return frame_; }
    /// Of the frame that next() returned, or of the damage, or of the end.
    [[nodiscard]] std::uint32_t position() const { return static_cast<std::uint32_t>(position_); }

    /// After kDamaged: whether only zeros follow, to the file's end: room written ahead.
    Result<bool> rest_is_blank();
    /// First position behind the damage with a frame that calls the damaged place settled; nullopt when there
    /// is none.
    Result<std::optional<std::uint32_t>> find_settled_frame();
    /// After kDamaged: the next step is at the first valid frame behind the damage, whose position is
    /// returned; at the file's end when there is none.
    Result<std::uint64_t> skip_damage();

  private:
    /// First position behind the damage with a valid frame that says at least so much was settled.
    Result<std::optional<std::uint32_t>> find_frame(std::uint64_t settled_min);
    /// The buffer then holds `bytes` from `position` on, or less at the end of the file.
    Result<std::string_view> fetch(std::uint64_t position, std::size_t bytes);

    files::File& file_;
    std::uint64_t base_;
    std::uint64_t size_;
    std::uint64_t position_;
    std::uint64_t next_position_;
    Frame frame_;
    std::string buffer_;
    std::uint64_t buffer_position_ = 0;
};

/// What a segment says of the logs.
struct SegmentContents {
    std::uint64_t cleared = 0;   ///< place in the journal before which nothing counts
    LogTable table;              ///< after the segment's last frame
    SegmentIndex index;          ///< of entries not removed within the segment
    std::uint64_t data_end = 0;  ///< where the valid frames, without the index, end
    std::uint64_t settled = 0;   ///< up to here the frames were known to be durable when the last was written
    bool torn = false;           ///< what follows data_end is the trace of an interrupted write
    bool blank_end = false;      ///< what follows data_end is room written ahead: the newest segment's

    /// The frame that a segment is made with.
    [[nodiscard]] bool has_table() const { return data_end > kSegmentHeaderBytes; }
};

/// Reads all frames behind the header. Damage that is not the trace of an interrupted write is an error
/// (kCorruption).
Result<SegmentContents> scan_segment(files::File& file, const std::string& path, std::uint64_t base);

/// The index a sealed segment ends with; nullopt when it has none. Errors: kCorruption when it is damaged.
Result<std::optional<SegmentIndex>> read_segment_index(files::File& file, const std::string& path,
                                                       std::uint64_t base);

/// Replaces `entries` by the log's of the run, from `from` on. Errors: kCorruption; `entries` are then those
/// before the damage.
Result<> read_run(files::File& file, const std::string& path, std::uint64_t base, LogId log, const Run& run,
                  Offset from, std::vector<Entry>& entries);

}  // namespace millrace::storage
