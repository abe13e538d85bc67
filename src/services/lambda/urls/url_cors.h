#pragma once

#include <string>

#include "http/message.h"
#include "services/lambda/records/function_url.h"

namespace millrace::lambda {

/// A browser asks whether it may send a request from another origin: answered without the function.
[[nodiscard]] bool is_preflight(const http::Request& request);
[[nodiscard]] http::Response preflight_response(const UrlCors& cors, const http::Request& request);

/// Puts what the configuration says in the place of what the function said about other origins.
void apply_cors(const UrlCors& cors, const http::Request& request, http::Response& response);

}  // namespace millrace::lambda
