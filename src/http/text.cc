#include "http/text.h"

#include <algorithm>
#include <array>

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

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return kTokenCharacters[static_cast<unsigned char>(c)];
    });
}

bool is_field_value(std::string_view text) {
    bool bad = false;  // no early exit, so that the loop is vectorised
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        bad |= (byte < 0x20 && byte != '\t') || byte == 0x7f;
    }
    return !bad;
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
