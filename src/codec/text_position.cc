#include "codec/text_position.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/utf8.h"

namespace millrace::codec {

TextPosition position_at(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, std::min(offset, text.size()));
    const std::size_t last_line = before.rfind('\n') + 1;  // npos + 1 is 0: the first line
    return {1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')),
            1 + utf8_length(before.substr(last_line))};
}

std::string describe_position(TextPosition position) {
    return fmt::format("(line {}, column {})", position.line, position.column);
}

std::string describe_position(std::string_view text, std::size_t offset) {
    return describe_position(position_at(text, offset));
}

}  // namespace millrace::codec
