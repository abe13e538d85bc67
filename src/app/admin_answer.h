#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace millrace::app {

/// Answers of what stands beside AWS's APIs: JSON.
[[nodiscard]] http::Response json_answer(int status, std::string body);
/// {"message": "..."}
[[nodiscard]] http::Response message_answer(int status, std::string_view text);

}  // namespace millrace::app
