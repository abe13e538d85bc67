#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace millrace::codec {

/// Names and values in the order they were sent; a name may repeat.
using Form = std::vector<std::pair<std::string, std::string>>;

/// application/x-www-form-urlencoded (WHATWG URL, section 5): bodies of the query protocol, and query
/// strings. '+' is a space, a part without '=' has an empty value, empty parts are skipped, bad percent signs
/// are refused.
[[nodiscard]] Result<Form> parse_form(std::string_view text);

/// Writes what every AWS service reads: spaces as %20.
[[nodiscard]] std::string format_form(const Form& form);

}  // namespace millrace::codec
