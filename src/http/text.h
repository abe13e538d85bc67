#pragma once

#include <string_view>

namespace millrace::http {

/// RFC 9110, section 5.6.2: what methods and field names are made of. False for the empty text.
[[nodiscard]] bool is_token(std::string_view text);

/// RFC 9110, section 5.5: no control characters but the tab.
[[nodiscard]] bool is_field_value(std::string_view text);

/// Without spaces and tabs at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);

/// True when the comma-separated list has the word, in any case.
[[nodiscard]] bool list_contains(std::string_view list, std::string_view word);

}  // namespace millrace::http
