#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/context.h"
#include "base/random.h"
#include "http/message.h"

namespace millrace::lambda {

/// What a request to a function URL says of the URL. In either form:
///   http://<id>.lambda-url.<region>.<any domain>:<port>/path?query
///   http://<any host>:<port>/_lambda-url/<id>/path?query      for who cannot resolve names below localhost
struct UrlAddress {
    std::string id;      ///< lower case
    std::string target;  ///< path and query, as the function sees them
    std::string domain;  ///< the host as it was sent, without a port; empty in the second form
};

inline constexpr std::string_view kUrlPathPrefix = "/_lambda-url/";

/// Nothing when the request is not for a function URL. Whether there is such a URL is not looked at.
[[nodiscard]] std::optional<UrlAddress> find_url_address(const http::Request& request);

/// "http://<id>.lambda-url.<region>.localhost:4566/": at the port, and with the scheme, by which the caller
/// reached us ("http://127.0.0.1:4566").
[[nodiscard]] std::string function_url(std::string_view id, const aws::Scope& scope,
                                       std::string_view base_url);

/// The host of a URL without a port: "<id>.lambda-url.<region>.localhost".
[[nodiscard]] std::string url_domain(std::string_view id, const aws::Scope& scope);

/// A new one, as random as a UUID.
[[nodiscard]] std::string make_url_id(Random& random);

}  // namespace millrace::lambda
