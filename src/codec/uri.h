#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace millrace::codec {

/// RFC 3986: every byte but the unreserved (A-Z a-z 0-9 - . _ ~) becomes %XX with capital digits. This is
/// also Signature Version 4's UriEncode.
[[nodiscard]] std::string percent_encode(std::string_view text);

/// As percent_encode, but keeps '/': for paths.
[[nodiscard]] std::string percent_encode_path(std::string_view path);

/// Refuses a '%' that is not followed by two hexadecimal digits. '+' stays '+'.
[[nodiscard]] Result<std::string> percent_decode(std::string_view text);

/// The parts of a request target ("/a/b?c=d"), still encoded. `query` is without the '?'. Views into the
/// target.
struct TargetParts {
    std::string_view path;
    std::string_view query;
};
[[nodiscard]] TargetParts split_target(std::string_view target);

}  // namespace millrace::codec
