#include "http/request_parser.h"

#include <utility>

#include "base/ascii.h"
#include "base/assert.h"
#include "http/text.h"

namespace millrace::http {
namespace {

/// The path and query of an absolute target, the target itself otherwise; empty when it is neither.
std::string path_of(std::string_view target) {
    if (target.starts_with('/') || target == "*") return std::string(target);
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
        const auto path = target.find_first_of("/?", scheme.size());
        if (path == std::string_view::npos) return "/";
        return (target[path] == '?' ? "/" : "") + std::string(target.substr(path));
    }
    return {};
}

bool is_visible_ascii(std::string_view text) {
    for (const char c : text) {
        if (c <= 0x20 || c == 0x7f) return false;  // char is signed: this takes the bytes above 0x7f too
    }
    return true;
}

}  // namespace

bool RequestParser::on_start_line(std::string_view line) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return fail(400, "the request line is malformed");
    const std::string_view method = line.substr(0, first);
    const std::string_view target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    if (!is_token(method) || !is_visible_ascii(target)) return fail(400, "the request line is malformed");
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        return version.starts_with("HTTP/") ? fail(505, "only HTTP/1.1 and HTTP/1.0 are spoken here")
                                            : fail(400, "the request line is malformed");
    }
    target_ = path_of(target);
    if (target_.empty()) return fail(400, "the request target is neither a path nor an http URL");
    method_ = method;
    minor_version_ = version.back() - '0';
    return true;
}

bool RequestParser::on_head() {
    if (hosts_ > 1) return fail(400, "more than one Host field");
    if (hosts_ == 0 && minor_version_ == 1) return fail(400, "the Host field is missing");
    expects_continue_ &= minor_version_ == 1;
    if (limits().body_limit) body_bytes_max_ = limits().body_limit(method_, target_, headers_);
    return frame_body();
}

ParsedRequest RequestParser::take_head() {
    body_streams_ = true;
    return {.request = {.method = std::move(method_),
                        .target = std::move(target_),
                        .headers = std::move(headers_),
                        .body = {}},
            .keep_alive = !says_close_ && (minor_version_ == 1 || says_keep_alive_),
            .knows_chunks = minor_version_ == 1};
}

ParsedRequest RequestParser::take() {
    MILLRACE_ASSERT(state_ == State::kComplete);
    ParsedRequest parsed = take_head();
    parsed.request.body = std::move(body_);
    begin_next();
    return parsed;
}

Headers RequestParser::take_end() {
    MILLRACE_ASSERT(state_ == State::kComplete);
    Headers trailers = std::move(trailers_);
    begin_next();
    return trailers;
}

}  // namespace millrace::http
