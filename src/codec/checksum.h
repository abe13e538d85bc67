#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::codec {

/// The sums that S3 knows of an object's bytes.
enum class ChecksumKind : std::uint8_t { kCrc32, kCrc32c, kCrc64Nvme, kSha1, kSha256, kMd5 };

/// Those that have headers "x-amz-checksum-<name>".
inline constexpr std::array<ChecksumKind, 5> kChecksumKinds{ChecksumKind::kCrc32, ChecksumKind::kCrc32c,
                                                            ChecksumKind::kCrc64Nvme, ChecksumKind::kSha1,
                                                            ChecksumKind::kSha256};

/// "crc32c", as in the header's name.
[[nodiscard]] std::string_view checksum_name(ChecksumKind kind);
/// "CRC32C", as the API's enumerations spell it; and back.
[[nodiscard]] std::string_view checksum_title(ChecksumKind kind);
[[nodiscard]] std::optional<ChecksumKind> find_checksum(std::string_view title);

/// The sum's bytes, most significant first: base64 of them is what travels.
[[nodiscard]] std::string checksum(ChecksumKind kind, std::string_view bytes);

[[nodiscard]] constexpr bool is_crc(ChecksumKind kind) {
    return kind == ChecksumKind::kCrc32 || kind == ChecksumKind::kCrc32c || kind == ChecksumKind::kCrc64Nvme;
}

/// Of a CRC (is_crc()): that of two texts one after another, from those of each; the second one's length is
/// `length`.
[[nodiscard]] std::string join_checksums(ChecksumKind kind, std::string_view first, std::string_view second,
                                         std::uint64_t length);

}  // namespace millrace::codec
