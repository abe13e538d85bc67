#pragma once

#include <string>
#include <string_view>

namespace millrace::codec {

/// The 32 bytes of the SHA-256 sum (FIPS 180-4).
[[nodiscard]] std::string sha256(std::string_view bytes);

/// 64 lower-case digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

/// HMAC-SHA-256 (RFC 2104), 32 bytes.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view bytes);

}  // namespace millrace::codec
