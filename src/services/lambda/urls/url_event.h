#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "http/message.h"

namespace millrace::lambda {

/// What the event of a function URL is made from.
struct UrlCall {
    const http::Request& request;
    std::string_view url_id;
    std::string_view domain;
    std::string_view target;  ///< path and query as the function sees them
    std::string_view request_id;
    std::string_view access_key;  ///< of whoever signed; empty when unsigned or not asked for
    std::string_view account;     ///< of the access key
    WallTime now;
};

/// The event in AWS's payload format 2.0, as JSON. Bodies of texts are texts, others base64: what counts is
/// Content-Type, and whether the bytes are UTF-8 at all.
[[nodiscard]] std::string url_event(const UrlCall& call);

}  // namespace millrace::lambda
