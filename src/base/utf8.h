#pragma once

#include <cstddef>
#include <string_view>

namespace millrace {

/// Bytes of the well-formed UTF-8 sequence that the text begins with, or 0 when it does not begin with one.
[[nodiscard]] std::size_t utf8_sequence_length(std::string_view text);

/// Characters (code points) in the text; a byte that is not part of a sequence counts as one.
[[nodiscard]] std::size_t utf8_length(std::string_view text);

[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace millrace
