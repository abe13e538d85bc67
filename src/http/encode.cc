#include "http/encode.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

#include "base/ascii.h"
#include "http/text.h"

namespace millrace::http {
namespace {

constexpr std::size_t kHeadBytesUsual = 384;

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ");
    const auto from = static_cast<std::ptrdiff_t>(out.size());
    out.append(value);
    if (!is_field_value(value)) {
        std::replace_if(
            out.begin() + from, out.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
    }
    out.append("\r\n");
}

void append_length(std::string& out, std::uint64_t length) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), length).ptr;
    append_field(out, "Content-Length", {digits.data(), static_cast<std::size_t>(end - digits.data())});
}

}  // namespace

std::string_view reason_phrase(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 301:
            return "Moved Permanently";
        case 302:
            return "Found";
        case 304:
            return "Not Modified";
        case 307:
            return "Temporary Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 411:
            return "Length Required";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 417:
            return "Expectation Failed";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return "Status";
    }
}

std::string http_date(WallTime time) {
    const auto seconds = static_cast<std::time_t>(to_millis(time) / 1000);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 40> text;
    const std::size_t length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text.data(), length};
}

std::string_view http_date_now(WallTime now) {
    thread_local std::int64_t second = -1;
    thread_local std::string date;
    const std::int64_t current = to_millis(now) / 1000;
    if (current != second) {
        second = current;
        date = http_date(now);
    }
    return date;
}

bool is_connections_field(std::string_view name) {
    return equal_ignoring_case(name, "Content-Length") || equal_ignoring_case(name, "Connection") ||
           equal_ignoring_case(name, "Date") || equal_ignoring_case(name, "Transfer-Encoding");
}

std::string encode_response_head(const Response& response, bool keep_alive, WallTime now) {
    std::string out;
    out.reserve(kHeadBytesUsual);
    out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    out.append(reason_phrase(response.status)).append("\r\n");
    for (const auto& [name, value] : response.headers) {
        if (!is_connections_field(name)) append_field(out, name, value);
    }
    append_field(out, "Date", http_date_now(now));
    append_field(out, "Connection", keep_alive ? "keep-alive" : "close");
    if (has_body(response.status, false)) {
        if (response.stream && !response.length) {
            append_field(out, "Transfer-Encoding", "chunked");
        } else {
            append_length(out, response.length.value_or(response.body.size()));
        }
    }
    out.append("\r\n");
    return out;
}

std::string encode_chunk_head(std::size_t size) {
    std::array<char, 18> digits;
    char* end = std::to_chars(digits.data(), digits.data() + digits.size(), size, 16).ptr;
    return std::string(digits.data(), end) + "\r\n";
}

bool has_body(int status, bool answers_head) {
    return !answers_head && status != 204 && status != 304;
}

std::string encode_request_head(const Request& request, std::string_view host) {
    std::string out;
    out.reserve(kHeadBytesUsual);
    out.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\n");
    if (!request.headers.find("Host")) append_field(out, "Host", host);
    for (const auto& [name, value] : request.headers) {
        if (!equal_ignoring_case(name, "Content-Length") && !equal_ignoring_case(name, "Transfer-Encoding")) {
            append_field(out, name, value);
        }
    }
    if (!request.body.empty() || (request.method != "GET" && request.method != "HEAD")) {
        append_length(out, request.body.size());
    }
    out.append("\r\n");
    return out;
}

}  // namespace millrace::http
