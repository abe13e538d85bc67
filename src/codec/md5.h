#pragma once

#include <string>
#include <string_view>

namespace millrace::codec {

/// The 16 bytes of the MD5 sum (RFC 1321). SQS shows them to clients; nothing relies on them for safety.
[[nodiscard]] std::string md5(std::string_view bytes);

/// 32 lower-case digits.
[[nodiscard]] std::string md5_hex(std::string_view bytes);

}  // namespace millrace::codec
