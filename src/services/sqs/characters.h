#pragma once

#include <string_view>

namespace millrace::sqs {

/// What a message may consist of: #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF,
/// in well-formed UTF-8.
[[nodiscard]] bool has_only_allowed_characters(std::string_view text);

}  // namespace millrace::sqs
