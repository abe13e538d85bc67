#include "codec/base64.h"

#include <array>
#include <cstdint>

#include "codec/base64_blocks.h"

namespace millrace::codec {
namespace {

constexpr std::string_view kStandardDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrlSafeDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Set in the value of a character that is no digit; survives the shifts below and cannot come from digits.
constexpr std::uint32_t kBad = 0x8000'0000;

struct Tables {
    std::array<char, 4096 * 2> pairs{};       ///< 12 bits to two digits
    std::array<std::uint32_t, 256> values{};  ///< character to 6 bits or kBad
};

constexpr Tables make_tables(std::string_view digits) {
    Tables tables;
    for (std::size_t i = 0; i < 4096; ++i) {
        tables.pairs[2 * i] = digits[i >> 6];
        tables.pairs[2 * i + 1] = digits[i & 63];
    }
    tables.values.fill(kBad);
    for (std::size_t i = 0; i < digits.size(); ++i) {
        tables.values[static_cast<unsigned char>(digits[i])] = static_cast<std::uint32_t>(i);
    }
    return tables;
}

constinit const Tables kStandardTables = make_tables(kStandardDigits);
constinit const Tables kUrlSafeTables = make_tables(kUrlSafeDigits);

const Tables& tables_of(Base64Alphabet alphabet) {
    return alphabet == Base64Alphabet::kStandard ? kStandardTables : kUrlSafeTables;
}

std::uint32_t byte_at(std::string_view bytes, std::size_t i) {
    return static_cast<unsigned char>(bytes[i]);
}

/// Writes all digits (without padding) and returns the end.
char* encode(char* to, std::string_view bytes, Base64Alphabet alphabet) {
    if (alphabet == Base64Alphabet::kStandard) {
        const std::size_t done = encode_base64_blocks(to, bytes);
        to += done / 3 * 4;
        bytes.remove_prefix(done);
    }
    const Tables& tables = tables_of(alphabet);
    const auto put_pair = [&](std::uint32_t twelve_bits) {
        *to++ = tables.pairs[2 * twelve_bits];
        *to++ = tables.pairs[2 * twelve_bits + 1];
    };
    std::size_t i = 0;
    for (; i + 3 <= bytes.size(); i += 3) {
        const std::uint32_t group =
            byte_at(bytes, i) << 16 | byte_at(bytes, i + 1) << 8 | byte_at(bytes, i + 2);
        put_pair(group >> 12);
        put_pair(group & 0xFFF);
    }
    if (bytes.size() - i == 1) put_pair(byte_at(bytes, i) << 4);
    if (bytes.size() - i == 2) {
        put_pair(byte_at(bytes, i) << 4 | byte_at(bytes, i + 1) >> 4);
        *to++ = tables.pairs[2 * ((byte_at(bytes, i + 1) & 0xF) << 2) + 1];
    }
    return to;
}

/// `digits` has no padding. Returns false for anything that encode() would not write.
bool decode(char* to, std::string_view digits, Base64Alphabet alphabet) {
    if (alphabet == Base64Alphabet::kStandard) {
        const std::size_t done = decode_base64_blocks(to, digits);
        to += done / 4 * 3;
        digits.remove_prefix(done);
    }
    const Tables& tables = tables_of(alphabet);
    const auto value = [&](std::size_t i) { return tables.values[static_cast<unsigned char>(digits[i])]; };
    std::uint32_t bad = 0;
    std::size_t i = 0;
    for (; i + 4 <= digits.size(); i += 4) {
        const std::uint32_t a = value(i), b = value(i + 1), c = value(i + 2), d = value(i + 3);
        bad |= a | b | c | d;
        *to++ = static_cast<char>(a << 2 | b >> 4);
        *to++ = static_cast<char>(b << 4 | c >> 2);
        *to++ = static_cast<char>(c << 6 | d);
    }
    const std::size_t rest = digits.size() - i;
    if (rest == 1) return false;
    if (rest >= 2) {
        const std::uint32_t a = value(i), b = value(i + 1);
        const std::uint32_t c = rest == 3 ? value(i + 2) : 0;
        bad |= a | b | c;
        *to++ = static_cast<char>(a << 2 | b >> 4);
        if (rest == 3) *to++ = static_cast<char>(b << 4 | c >> 2);
        const std::uint32_t stray = rest == 2 ? b & 0xF : c & 0x3;
        if (stray != 0) return false;
    }
    return (bad & kBad) == 0;
}

}  // namespace

void append_base64(std::string& out, std::string_view bytes, Base64Alphabet alphabet) {
    const std::size_t before = out.size();
    const std::size_t length_max = (bytes.size() + 2) / 3 * 4;
    out.resize_and_overwrite(before + length_max, [&](char* data, std::size_t) {
        char* end = encode(data + before, bytes, alphabet);
        char* const full = data + before + length_max;
        while (alphabet == Base64Alphabet::kStandard && end != full) *end++ = '=';
        return static_cast<std::size_t>(end - data);
    });
}

std::string base64_encode(std::string_view bytes, Base64Alphabet alphabet) {
    std::string out;
    append_base64(out, bytes, alphabet);
    return out;
}

Result<std::string> base64_decode(std::string_view text, Base64Alphabet alphabet) {
    std::string_view digits = text;
    if (alphabet == Base64Alphabet::kStandard) {
        if (text.size() % 4 != 0) {
            return fail(ErrorCode::kInvalidArgument, "base64 length is not a multiple of 4");
        }
        if (text.ends_with("==")) {
            digits.remove_suffix(2);
        } else if (text.ends_with('=')) {
            digits.remove_suffix(1);
        }
    }
    std::string out;
    bool good = false;
    out.resize_and_overwrite(digits.size() / 4 * 3 + 2, [&](char* data, std::size_t) {
        good = decode(data, digits, alphabet);
        return digits.size() * 3 / 4;
    });
    if (!good) return fail(ErrorCode::kInvalidArgument, "not valid base64");
    return out;
}

}  // namespace millrace::codec
