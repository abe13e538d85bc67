#include "codec/hex.h"

namespace millrace::codec {

std::string hex_encode(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += kDigits[byte >> 4];
        out += kDigits[byte & 0xF];
    }
    return out;
}

Result<std::string> hex_decode(std::string_view text) {
    if (text.size() % 2 != 0) return fail(ErrorCode::kInvalidArgument, "odd number of hexadecimal digits");
    std::string out;
    out.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_digit_value(text[i]);
        const int low = hex_digit_value(text[i + 1]);
        if (high < 0 || low < 0) return fail(ErrorCode::kInvalidArgument, "not a hexadecimal digit");
        out += static_cast<char>(high << 4 | low);
    }
    return out;
}

}  // namespace millrace::codec
