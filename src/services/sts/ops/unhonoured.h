#pragma once

#include <optional>
#include <string_view>

namespace millrace::sts {

/// A member that AWS would heed and Millrace cannot, of those that AssumeRole and GetSessionToken share.
template <class Request>
std::optional<std::string_view> unhonoured_in_both(const Request& request) {
    if (request.serial_number || request.token_code) return "Multi-factor authentication";
    if (request.minimum_session_token_size.value_or(0) > 0) return "MinimumSessionTokenSize";
    return std::nullopt;
}

}  // namespace millrace::sts
