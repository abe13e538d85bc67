#include "services/logs/page.h"

#include <charconv>
#include <fmt/format.h>

#include "services/logs/limits.h"

namespace millrace::logs {
namespace {

constexpr std::size_t kTokenDigits = 56;
constexpr std::size_t kIndexDigits = 10;

template <class Number>
bool parse(std::string_view digits, Number& number) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc{} && end == digits.data() + digits.size();
}

}  // namespace

WallTime latest_entry_time(WallTime end) {
    return end + kEventAgeMax + kEventFutureMax;
}

std::string to_token(Direction direction, Position position) {
    return fmt::format("{}/{:046}{:010}/s", direction == Direction::kForward ? 'f' : 'b', position.offset,
                       position.index);
}

std::optional<PageToken> parse_token(std::string_view token) {
    const bool forward = token.starts_with("f/");
    if ((!forward && !token.starts_with("b/")) || !token.ends_with("/s")) return std::nullopt;
    if (token.size() != kTokenDigits + 4) return std::nullopt;
    const std::string_view digits = token.substr(2, kTokenDigits);
    Position position;
    if (!parse(digits.substr(0, kTokenDigits - kIndexDigits), position.offset)) return std::nullopt;
    if (!parse(digits.substr(kTokenDigits - kIndexDigits), position.index)) return std::nullopt;
    return PageToken{forward ? Direction::kForward : Direction::kBackward, position};
}

}  // namespace millrace::logs
