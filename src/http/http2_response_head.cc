#include "http/http2_response_head.h"

#include <algorithm>

#include "base/ascii.h"
#include "http/encode.h"
#include "http/text.h"

namespace millrace::http {
namespace {

std::string one_line(std::string_view value) {
    std::string text(value);
    std::ranges::replace_if(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
    return std::string(trim(text));
}

nghttp2_nv as_field(std::string& name, std::string& value) {
    return {.name = reinterpret_cast<std::uint8_t*>(name.data()),
            .value = reinterpret_cast<std::uint8_t*>(value.data()),
            .namelen = name.size(),
            .valuelen = value.size(),
            .flags = NGHTTP2_NV_FLAG_NONE};
}

}  // namespace

Http2ResponseHead::Http2ResponseHead(const Response& response, WallTime now) {
    texts_.reserve(response.headers.size() + 3);
    texts_.emplace_back(":status", std::to_string(response.status));
    for (const auto& [name, value] : response.headers) {
        if (!is_connections_field(name)) texts_.emplace_back(to_lower(name), one_line(value));
    }
    texts_.emplace_back("date", std::string(http_date_now(now)));
    if ((!response.stream || response.length) && has_body(response.status, false)) {
        texts_.emplace_back("content-length", std::to_string(response.length.value_or(response.body.size())));
    }
    for (auto& [name, value] : texts_) fields_.push_back(as_field(name, value));
}

}  // namespace millrace::http
