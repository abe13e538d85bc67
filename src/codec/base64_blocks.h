#pragma once

#include <cstddef>
#include <string_view>

namespace millrace::codec {

/// The long middle of a standard base64 text, 32 digits at a time where the processor has AVX2. Both
/// functions may stop anywhere before the end, always between groups of 3 bytes and 4 digits, and leave the
/// rest to the caller; without AVX2 they do nothing.

/// Returns how many of `bytes` were encoded; for each 3 of them, 4 digits stand at `to`, which has room for
/// those of all bytes.
[[nodiscard]] std::size_t encode_base64_blocks(char* to, std::string_view bytes);

/// Returns how many of `digits` were decoded, stopping before a block that has other characters; for each 4
/// of them, 3 bytes stand at `to`, which has room for those of all digits.
[[nodiscard]] std::size_t decode_base64_blocks(char* to, std::string_view digits);

}  // namespace millrace::codec
