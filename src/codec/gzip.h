#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"

namespace millrace::codec {

/// The bytes that a gzip file (RFC 1952) of one or more members holds. kInvalidArgument for anything else,
/// and when they would be more than bytes_max.
[[nodiscard]] Result<std::string> gzip_decode(std::string_view bytes, std::size_t bytes_max);

}  // namespace millrace::codec
