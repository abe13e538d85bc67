#pragma once

#include <cstddef>
#include <string_view>

#include "http/message.h"

namespace millrace::app {

/// How large a request's body may be, by its head: objects, and packages of functions and layers, are larger
/// than what any other request holds.
[[nodiscard]] std::size_t body_limit(std::string_view method, std::string_view target,
                                     const http::Headers& headers);

}  // namespace millrace::app
