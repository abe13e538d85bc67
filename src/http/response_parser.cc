#include "http/response_parser.h"

#include <utility>

#include "base/assert.h"
#include "base/number.h"

namespace millrace::http {
namespace {

constexpr int kBadGateway = 502;
constexpr int kSwitchingProtocols = 101;
constexpr int kNoContent = 204;
constexpr int kNotModified = 304;

}  // namespace

bool ResponseParser::on_start_line(std::string_view line) {
    // "HTTP/1.1 200 OK"; the reason, and the space before it, may be missing.
    constexpr std::size_t kVersion = 8;
    const bool version = line.starts_with("HTTP/1.1 ") || line.starts_with("HTTP/1.0 ");
    if (!version) return fail(kBadGateway, "the status line is malformed");
    minor_version_ = line[kVersion - 1] - '0';
    const std::string_view digits = line.substr(kVersion + 1, 3);
    status_ = parse_number<int>(digits).value_or(0);
    const bool separated =
        line.size() == kVersion + 4 || (line.size() > kVersion + 4 && line[kVersion + 4] == ' ');
    if (digits.size() != 3 || status_ < 100 || !separated) {
        return fail(kBadGateway, "the status line is malformed");
    }
    return true;
}

bool ResponseParser::on_head() {
    if (status_ == kSwitchingProtocols) return fail(kBadGateway, "the server switches protocols unasked");
    if (status_ < 200) {
        begin_next();
        return true;
    }
    if (no_body_ || status_ == kNoContent || status_ == kNotModified) {
        drop_framing();
        return true;
    }
    if (!has_framing()) {
        until_close_ = true;
        frame_until_close();
        return true;
    }
    return frame_body();
}

void ResponseParser::finish() {
    if (state_ == State::kUntilClose && advance() == Progress::kNeedMore) {
        complete();
    } else if (state_ != State::kComplete && mid_message()) {
        fail(kBadGateway, "the server closed in the midst of a response");
    }
}

ParsedResponse ResponseParser::take() {
    MILLRACE_ASSERT(state_ == State::kComplete);
    ParsedResponse parsed{
        .response = {.status = status_, .headers = std::move(headers_), .body = std::move(body_)},
        .keep_alive = !until_close_ && !says_close_ && (minor_version_ == 1 || says_keep_alive_)};
    no_body_ = until_close_ = false;
    begin_next();
    return parsed;
}

}  // namespace millrace::http
