#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "http/message.h"

namespace millrace::cli {

struct Credentials {
    std::string access_key;
    std::string secret_key;
    std::string session_token;  ///< empty: none
};

/// Signature Version 4: adds X-Amz-Date, X-Amz-Security-Token (if there is one) and Authorization. Host must
/// be among the headers; the query's parameters must be sorted by name and percent-encoded.
void sign(http::Request& request, std::string_view service, std::string_view region,
          const Credentials& credentials, WallTime now);

}  // namespace millrace::cli
