#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace millrace::codec {

/// Two lower-case digits a byte.
[[nodiscard]] std::string hex_encode(std::string_view bytes);

/// Either case; an odd number of digits is refused.
[[nodiscard]] Result<std::string> hex_decode(std::string_view text);

/// The value of a hexadecimal digit, or -1.
[[nodiscard]] constexpr int hex_digit_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace millrace::codec
