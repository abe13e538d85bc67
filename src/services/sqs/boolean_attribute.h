#pragma once

#include <optional>
#include <string_view>

namespace millrace::sqs {

/// The value of an attribute that is "true" or "false", in either spelling that AWS takes.
[[nodiscard]] constexpr std::optional<bool> parse_boolean(std::string_view text) {
    if (text == "true" || text == "True") return true;
    if (text == "false" || text == "False") return false;
    return std::nullopt;
}

}  // namespace millrace::sqs
