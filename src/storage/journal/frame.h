#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "storage/log_store.h"

namespace millrace::storage {

// The journal's frame; docs/formats/journal.md describes all of it.

enum class FrameKind : std::uint8_t {
    kEntry = 1,   ///< payload: the entry's
    kTrim = 2,    ///< offset: the log's new begin
    kRemove = 3,  ///< the log is gone
    kTable = 4,   ///< payload: LogTable, the first frame of every segment
    kIndex = 5,   ///< payload: SegmentIndex, the last frame of a sealed segment
};

inline constexpr std::size_t kFrameHeaderBytes = 40;

struct FrameHeader {
    FrameKind kind = FrameKind::kEntry;
    /// So much of the segment could not be torn any more when this frame was written: damage below is not the
    /// trace of an interrupted write.
    std::uint32_t settled = 0;
    LogId log;
    Offset offset;
    WallTime time;
};

/// The header of a frame with the payload. `place` is the frame's position in the whole journal (segment base
/// + position in the segment): the checksum covers it, so that a frame is valid only where it was written.
[[nodiscard]] std::array<char, kFrameHeaderBytes> encode_frame_header(const FrameHeader& header,
                                                                      std::string_view payload,
                                                                      std::uint64_t place);

struct Frame {
    FrameHeader header;
    std::string_view payload;
    [[nodiscard]] std::size_t bytes() const { return kFrameHeaderBytes + payload.size(); }
};

/// What the first kFrameHeaderBytes say of the frame's whole size; nullopt when they are not a frame's.
/// Unverified.
[[nodiscard]] std::optional<std::size_t> frame_bytes(std::string_view bytes);

/// What the first kFrameHeaderBytes say, which are all there. Unverified.
[[nodiscard]] FrameHeader frame_header(std::string_view bytes);

/// The frame at the front of the bytes, verified; nullopt when there is none.
[[nodiscard]] std::optional<Frame> decode_frame(std::string_view bytes, std::uint64_t place);

/// First position at or after `from` where a frame could begin, or npos.
[[nodiscard]] std::size_t find_frame_candidate(std::string_view bytes, std::size_t from);

}  // namespace millrace::storage
