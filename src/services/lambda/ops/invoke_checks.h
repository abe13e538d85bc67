#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/error.h"

namespace millrace::lambda {

/// Whether a payload is JSON of the size that the invocation type takes ("Event", or any other); the client
/// context, decoded. Errors in AWS's words.
[[nodiscard]] aws::Outcome<std::string> check_invocation(const std::optional<std::string>& payload,
                                                         const std::optional<std::string>& client_context,
                                                         std::string_view invocation_type);

}  // namespace millrace::lambda
