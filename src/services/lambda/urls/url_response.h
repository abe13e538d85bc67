#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "codec/json.h"
#include "http/message.h"

namespace millrace::lambda {

/// What a function answered, as HTTP. An object with a statusCode says status, headers, cookies and body;
/// anything else is the body of a 200: a JSON string its text, everything else as it is. An answer that
/// cannot be one (a status that is none, a header with a line end) is 502, as on AWS.
[[nodiscard]] http::Response url_response(std::string_view payload);

/// Status, headers and cookies of an answer that says them; without a body. Nothing when they make no HTTP
/// response.
[[nodiscard]] std::optional<http::Response> url_response_head(const codec::JsonObject& answer);

/// "Internal Server Error": the function failed, or its answer is none.
[[nodiscard]] http::Response url_bad_gateway();

/// An error of the URL itself: {"Message": ...}. A null message is AWS's, who says no more.
[[nodiscard]] http::Response url_error(int status, std::string_view type, const char* message);

}  // namespace millrace::lambda
