#pragma once

#include <string>

#include "base/error.h"

namespace millrace::cloudformation {

/// A parameter's AllowedPattern. AWS takes Java's regular expressions; here they are RE2's, which take time
/// in proportion to the text, and for what these lack (look-around, back references) Perl's, which are not
/// tried on long texts, and given up when a text makes them work too hard.
[[nodiscard]] Result<> check_pattern(const std::string& pattern);

/// Whether the whole text matches a pattern that was checked.
[[nodiscard]] Result<bool> matches_pattern(const std::string& pattern, const std::string& text);

}  // namespace millrace::cloudformation
