#include "http/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "base/ascii.h"

namespace millrace::http {
namespace {

constexpr std::array<bool, 256> make_token_table() {
    std::array<bool, 256> table{};
    for (std::size_t c = '0'; c <= '9'; ++c) table[c] = true;
    for (std::size_t c = 'a'; c <= 'z'; ++c) table[c] = table[c - 'a' + 'A'] = true;
    for (const char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(c)] = true;
    return table;
}
constexpr std::array<bool, 256> kTokenCharacters = make_token_table();

constexpr bool is_field_byte(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 || byte == '\t') && byte != 0x7f;
}

/// Whether one of the eight bytes may be below 0x20 or be 0x7f; never wrong when it says no.
constexpr bool may_have_controls(std::uint64_t word) {
    constexpr std::uint64_t kOnes = 0x0101010101010101;
    constexpr std::uint64_t kHighs = kOnes * 0x80;
    const std::uint64_t below_space = (word - kOnes * 0x20) & ~word & kHighs;
    const std::uint64_t deletes = word ^ (kOnes * 0x7f);
    return (below_space | ((deletes - kOnes) & ~deletes & kHighs)) != 0;
}

}  // namespace

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return kTokenCharacters[static_cast<unsigned char>(c)];
    });
}

bool is_field_value(std::string_view text) {
    // Eight bytes at a time; a tab, rare, makes its eight be looked at one by one.
    while (text.size() >= sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data(), sizeof word);
        if (may_have_controls(word) && !std::all_of(text.begin(), text.begin() + sizeof word, is_field_byte))
            return false;
        text.remove_prefix(sizeof word);
    }
    return std::all_of(text.begin(), text.end(), is_field_byte);
}

std::string_view trim(std::string_view text) {
    constexpr std::string_view kSpace = " \t";
    const auto first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

bool list_contains(std::string_view list, std::string_view word) {
    for (;;) {
        const auto comma = list.find(',');
        if (equal_ignoring_case(trim(list.substr(0, comma)), word)) return true;
        if (comma == std::string_view::npos) return false;
        list.remove_prefix(comma + 1);
    }
}

}  // namespace millrace::http
