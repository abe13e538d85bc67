#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace millrace::codec {

/// Where something stands in a text; both count from 1.
struct TextPosition {
    std::size_t line = 1;
    std::size_t column = 1;
};

[[nodiscard]] TextPosition position_at(std::string_view text, std::size_t offset);

/// "(line 3, column 5)", the form in which errors of all text formats name the place.
[[nodiscard]] std::string describe_position(TextPosition position);
[[nodiscard]] std::string describe_position(std::string_view text, std::size_t offset);

}  // namespace millrace::codec
