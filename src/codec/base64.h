#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace millrace::codec {

/// RFC 4648. kStandard (section 4) is padded; kUrlSafe (section 5) is not.
enum class Base64Alphabet { kStandard, kUrlSafe };

void append_base64(std::string& out, std::string_view bytes,
                   Base64Alphabet alphabet = Base64Alphabet::kStandard);

[[nodiscard]] std::string base64_encode(std::string_view bytes,
                                        Base64Alphabet alphabet = Base64Alphabet::kStandard);

/// Strict: only what base64_encode gives is read, no white space, no missing or surplus padding, no stray
/// bits.
[[nodiscard]] Result<std::string> base64_decode(std::string_view text,
                                                Base64Alphabet alphabet = Base64Alphabet::kStandard);

}  // namespace millrace::codec
