#include "services/lambda/urls/url_cors.h"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <vector>

#include "base/ascii.h"

namespace millrace::lambda {

namespace {

constexpr std::string_view kAllowOrigin = "Access-Control-Allow-Origin";

using Texts = std::optional<std::vector<std::string>>;

bool has(const Texts& texts, std::string_view wanted) {
    return texts && std::ranges::any_of(*texts, [&](const std::string& text) {
               return text == "*" || equal_ignoring_case(text, wanted);
           });
}

bool is_allowed(const UrlCors& cors, std::string_view origin) {
    return !origin.empty() && has(cors.allow_origins, origin);
}

void add_list(http::Headers& headers, std::string name, const Texts& texts) {
    if (texts && !texts->empty()) headers.add(std::move(name), fmt::format("{}", fmt::join(*texts, ",")));
}

// A wildcard with credentials names the origin: browsers accept no "*" then.
void add_origin(const UrlCors& cors, std::string_view origin, http::Headers& headers) {
    const bool credentials = cors.allow_credentials.value_or(false);
    const bool any = std::ranges::find(*cors.allow_origins, "*") != cors.allow_origins->end();
    headers.add(std::string(kAllowOrigin), any && !credentials ? "*" : std::string(origin));
    headers.add("Vary", "Origin");
    if (credentials) headers.add("Access-Control-Allow-Credentials", "true");
}

}  // namespace

bool is_preflight(const http::Request& request) {
    return request.method == "OPTIONS" && request.headers.find("Origin") != nullptr &&
           request.headers.find("Access-Control-Request-Method") != nullptr;
}

http::Response preflight_response(const UrlCors& cors, const http::Request& request) {
    http::Response response;
    const std::string_view origin = request.headers.get("Origin");
    const std::string_view method = request.headers.get("Access-Control-Request-Method");
    if (!is_allowed(cors, origin) || !has(cors.allow_methods, method)) return response;
    add_origin(cors, origin, response.headers);
    add_list(response.headers, "Access-Control-Allow-Methods", cors.allow_methods);
    add_list(response.headers, "Access-Control-Allow-Headers", cors.allow_headers);
    if (cors.max_age_seconds)
        response.headers.add("Access-Control-Max-Age", fmt::format("{}", *cors.max_age_seconds));
    return response;
}

void apply_cors(const UrlCors& cors, const http::Request& request, http::Response& response) {
    http::Headers kept;
    for (const auto& [name, value] : response.headers) {
        constexpr std::string_view kPrefix = "access-control-";
        if (!equal_ignoring_case(std::string_view(name).substr(0, kPrefix.size()), kPrefix))
            kept.add(name, value);
    }
    response.headers = std::move(kept);
    const std::string_view origin = request.headers.get("Origin");
    if (!is_allowed(cors, origin)) return;
    add_origin(cors, origin, response.headers);
    add_list(response.headers, "Access-Control-Expose-Headers", cors.expose_headers);
}

}  // namespace millrace::lambda
