#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace millrace::s3 {

struct ByteRange {
    std::uint64_t from = 0;
    std::uint64_t bytes = 0;
    friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

enum class RangeFit { kAll, kPart, kUnsatisfiable };

struct RangeAnswer {
    RangeFit fit = RangeFit::kAll;
    ByteRange range;  ///< the whole for kAll
    friend bool operator==(const RangeAnswer&, const RangeAnswer&) = default;
};

/// What "bytes=0-4", "bytes=5-" or "bytes=-3" means for so many bytes (RFC 9110, section 14). As S3, one
/// range only: several, and what cannot be read, mean all of the object.
[[nodiscard]] RangeAnswer read_range(std::string_view header, std::uint64_t object_bytes);

/// "bytes=0-4" and nothing else, as x-amz-copy-source-range has it; nullopt when it is not that.
[[nodiscard]] std::optional<ByteRange> read_exact_range(std::string_view header);

}  // namespace millrace::s3
