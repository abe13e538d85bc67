#include "services/cloudformation/sam/stable_json.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdint>
#include <fmt/format.h>
#include <map>
#include <string_view>

#include "codec/hex.h"
#include "codec/openssl_digest.h"

namespace millrace::cloudformation::sam {

namespace {

namespace json = boost::json;

constexpr std::size_t kHashDigits = 10;

/// The code point that begins at `at`, which moves behind it. The text is valid UTF-8, as templates are.
std::uint32_t next_code_point(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t i) {
        return static_cast<std::uint8_t>(i < text.size() ? text[i] : '\0');
    };
    const std::uint32_t first = byte(at);
    const std::size_t more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    std::uint32_t point = more == 0 ? first : first & (0x3FU >> more);
    for (std::size_t i = 1; i <= more; ++i) point = (point << 6U) | (byte(at + i) & 0x3FU);
    at += more + 1;
    return point;
}

std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (std::size_t at = 0; at < text.size();) {
        const std::uint32_t point = next_code_point(text, at);
        if (point == '"' || point == '\\') {
            result += '\\';
            result += static_cast<char>(point);
        } else if (point >= 0x20 && point < 0x7F) {
            result += static_cast<char>(point);
        } else if (point == '\n' || point == '\r' || point == '\t' || point == '\b' || point == '\f') {
            result += '\\';
            result += point == '\n'   ? 'n'
                      : point == '\r' ? 'r'
                      : point == '\t' ? 't'
                      : point == '\b' ? 'b'
                                      : 'f';
        } else if (point < 0x10000) {
            result += fmt::format("\\u{:04x}", point);
        } else {
            const std::uint32_t rest = point - 0x10000;
            result += fmt::format("\\u{:04x}\\u{:04x}", 0xD800U + (rest >> 10U), 0xDC00U + (rest & 0x3FFU));
        }
    }
    return result + "\"";
}

std::string hash_of_text(std::string_view text) {
    static const codec::OpensslDigest digest{"SHA1", 20};
    return codec::hex_encode(digest({text})).substr(0, kHashDigits);
}

}  // namespace

std::string stable_json(const json::value& value) {
    if (value.is_string()) return quoted(value.get_string());
    if (value.is_array()) {
        std::string result = "[";
        for (const json::value& item : value.get_array()) {
            if (result.size() > 1) result += ',';
            result += stable_json(item);
        }
        return result + "]";
    }
    if (value.is_double()) {
        std::string digits = fmt::to_string(value.get_double());
        return digits.find_first_of(".en") == std::string::npos ? digits + ".0" : digits;
    }
    if (!value.is_object()) return json::serialize(value);
    std::map<std::string_view, const json::value*> members;
    for (const auto& [name, inner] : value.get_object()) members.emplace(name, &inner);
    std::string result = "{";
    for (const auto& [name, inner] : members) {
        if (result.size() > 1) result += ',';
        result += quoted(name) + ":" + stable_json(*inner);
    }
    return result + "}";
}

std::string short_hash(const json::value& value) {
    if (value.is_object() && value.get_object().empty()) return {};
    return hash_of_text(stable_json(value));
}

std::string condition_name(std::string name, std::string_view resource) {
    return std::move(name) + hash_of_text(resource);
}

}  // namespace millrace::cloudformation::sam
