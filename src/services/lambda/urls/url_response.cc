#include "services/lambda/urls/url_response.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>

#include "base/ascii.h"
#include "base/number.h"
#include "codec/base64.h"
#include "codec/json_writer.h"
#include "http/text.h"

namespace millrace::lambda {

namespace {

using codec::Json;
using codec::JsonObject;

constexpr int kStatusMin = 200;  // interim ones would be no answer
constexpr int kStatusMax = 599;

// The connection's own to say. AWS keeps what the function said under another name.
constexpr std::array<std::string_view, 3> kRemapped{"connection", "date", "server"};
constexpr std::array<std::string_view, 3> kDropped{"content-length", "transfer-encoding", "keep-alive"};

bool is_one_of(std::string_view name, const auto& names) {
    return std::ranges::any_of(names, [&](std::string_view one) { return equal_ignoring_case(name, one); });
}

std::optional<int> status_of(const Json& value) {
    if (value.is_int64() && value.get_int64() >= kStatusMin && value.get_int64() <= kStatusMax) {
        return static_cast<int>(value.get_int64());
    }
    if (!value.is_string()) return std::nullopt;
    const auto number = parse_number<int>(value.get_string());
    return number && *number >= kStatusMin && *number <= kStatusMax ? number : std::nullopt;
}

std::string text_of(const Json& value) {
    return value.is_string() ? std::string(value.get_string()) : codec::to_json(value);
}

bool add_header(http::Headers& headers, std::string name, std::string value) {
    if (!http::is_token(name) || !http::is_field_value(value)) return false;
    if (is_one_of(name, kDropped)) return true;
    if (is_one_of(name, kRemapped)) name.insert(0, "x-amzn-Remapped-");
    headers.add(std::move(name), std::move(value));
    return true;
}

bool add_headers(http::Headers& headers, const JsonObject& answer) {
    const Json* given = answer.if_contains("headers");
    if (given == nullptr || given->is_null()) return true;
    if (!given->is_object()) return false;
    return std::ranges::all_of(given->get_object(), [&headers](const auto& header) {
        return header.value().is_null() ||
               add_header(headers, std::string(header.key()), text_of(header.value()));
    });
}

bool add_cookies(http::Headers& headers, const JsonObject& answer) {
    const Json* given = answer.if_contains("cookies");
    if (given == nullptr || given->is_null()) return true;
    if (!given->is_array()) return false;
    return std::ranges::all_of(given->get_array(), [&headers](const Json& cookie) {
        return add_header(headers, "Set-Cookie", text_of(cookie));
    });
}

std::optional<std::string> body_of(const JsonObject& answer) {
    const Json* body = answer.if_contains("body");
    if (body == nullptr || body->is_null()) return std::string();
    std::string text = text_of(*body);
    const Json* encoded = answer.if_contains("isBase64Encoded");
    if (encoded == nullptr || *encoded != true) return text;
    auto decoded = codec::base64_decode(text);
    return decoded ? std::optional(std::move(*decoded)) : std::nullopt;
}

http::Response structured(const JsonObject& answer) {
    auto response = url_response_head(answer);
    auto body = body_of(answer);
    if (!response || !body) return url_bad_gateway();
    response->body = std::move(*body);
    return std::move(*response);
}

}  // namespace

std::optional<http::Response> url_response_head(const JsonObject& answer) {
    http::Response response;
    if (const Json* given = answer.if_contains("statusCode")) {
        const auto status = status_of(*given);
        if (!status) return std::nullopt;
        response.status = *status;
    }
    if (!add_headers(response.headers, answer) || !add_cookies(response.headers, answer)) return std::nullopt;
    if (response.headers.find("Content-Type") == nullptr)
        response.headers.add("Content-Type", "application/json");
    return response;
}

http::Response url_response(std::string_view payload) {
    const auto json = codec::parse_json(payload);
    if (json && json->is_object() && json->get_object().contains("statusCode"))
        return structured(json->get_object());
    http::Response response;
    response.headers.add("Content-Type", "application/json");
    response.body = json && json->is_string() ? std::string(json->get_string()) : std::string(payload);
    return response;
}

http::Response url_bad_gateway() {
    http::Response response{.status = 502, .headers = {}, .body = "Internal Server Error"};
    response.headers.add("Content-Type", "application/json");
    return response;
}

http::Response url_error(int status, std::string_view type, const char* message) {
    http::Response response{.status = status};
    response.headers.add("Content-Type", "application/json");
    response.headers.add("x-amzn-ErrorType", std::string(type));
    codec::JsonWriter json(response.body);
    json.begin_object().key("Message");
    message == nullptr ? json.null() : json.string(message);
    json.end_object();
    return response;
}

}  // namespace millrace::lambda
