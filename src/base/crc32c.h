#pragma once

#include <cstdint>
#include <string_view>

namespace millrace {

/// CRC32C (Castagnoli, RFC 3720) of the bytes, continuing from `crc` (0 to begin). Uses the CPU's instruction
/// where it has one.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc = 0);

}  // namespace millrace
