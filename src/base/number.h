#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>
#include <system_error>

namespace millrace {

/// The whole text as a number: digits of the base, with a '-' before them where the type has negative
/// numbers, or whatever std::from_chars takes for a floating-point type. nullopt when there is more or less,
/// or when it does not fit.
template <class Number>
    requires std::integral<Number> || std::floating_point<Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view text, int base = 10) {
    const char* const end = text.data() + text.size();
    Number number{};
    std::from_chars_result read{};
    if constexpr (std::integral<Number>) {
        read = std::from_chars(text.data(), end, number, base);
    } else {
        read = std::from_chars(text.data(), end, number);
    }
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return number;
}

}  // namespace millrace
