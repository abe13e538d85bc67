#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace millrace::cli {

struct Endpoint {
    std::string host;
    std::uint16_t port = 0;
};

/// "http://127.0.0.1:4566", with or without a slash at the end. The error names the URL and what is wrong
/// with it.
[[nodiscard]] Result<Endpoint> parse_endpoint(std::string_view url);

}  // namespace millrace::cli
