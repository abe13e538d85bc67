#include "services/logs/page.h"

#include <fmt/format.h>

#include "base/number.h"
#include "services/logs/limits.h"

namespace millrace::logs {
namespace {

constexpr std::size_t kTokenDigits = 56;
constexpr std::size_t kIndexDigits = 10;

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
    const auto offset =
        parse_number<decltype(position.offset)>(digits.substr(0, kTokenDigits - kIndexDigits));
    const auto index = parse_number<decltype(position.index)>(digits.substr(kTokenDigits - kIndexDigits));
    if (!offset || !index) return std::nullopt;
    position = {*offset, *index};
    return PageToken{forward ? Direction::kForward : Direction::kBackward, position};
}

}  // namespace millrace::logs
