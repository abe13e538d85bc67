#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/damage.h"

namespace millrace::storage {

// What surrounds the frames in a segment file; docs/formats/journal.md describes all of it.

/// Changes when an older millrace could misread what a newer one wrote. All versions up to this one are read.
inline constexpr std::uint32_t kSegmentFormatVersion = 2;
inline constexpr std::size_t kSegmentHeaderBytes = 24;
inline constexpr std::size_t kSegmentTrailerBytes = 16;

/// A segment's base is the place of its first byte in the whole journal: "00000000000000000000.segment".
[[nodiscard]] std::string segment_name(std::uint64_t base);
/// The name of a segment that is being made. Recovery removes what has it: nothing in it counts yet.
inline constexpr std::string_view kUnfinishedSegmentName = "next.segment.partial";
[[nodiscard]] std::optional<std::uint64_t> parse_segment_name(std::string_view name);

[[nodiscard]] std::string encode_segment_header(std::uint64_t base);

enum class HeaderState { kValid, kDamaged, kNewerVersion };
[[nodiscard]] HeaderState check_segment_header(std::string_view bytes, std::uint64_t base);

/// Ends a sealed segment and says where the frame with its index begins.
[[nodiscard]] std::string encode_segment_trailer(std::uint64_t base, std::uint32_t index_position);
[[nodiscard]] std::optional<std::uint32_t> decode_segment_trailer(std::string_view bytes, std::uint64_t base);

/// The sentence for a segment that a newer millrace wrote.
[[nodiscard]] std::unexpected<Error> fail_newer_version(const std::string& path, std::string_view header);

}  // namespace millrace::storage
