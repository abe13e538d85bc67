#include "http/message_parser.h"

#include <algorithm>
#include <charconv>

#include "base/ascii.h"
#include "http/text.h"

namespace millrace::http {
namespace {

constexpr std::size_t kFieldsUsual = 16;
/// A body longer than this grows as it arrives: a length alone reserves no memory.
constexpr std::size_t kBodyReserveMax = 1_MiB;
/// Room behind the body: decoders that read a little beyond the end then need no copy of it.
constexpr std::size_t kBodySlack = 64;
/// A kept connection holds no more than this while it is idle.
constexpr std::size_t kIdleBufferMax = 4_KiB;

}  // namespace

void MessageParser::feed(std::string_view bytes) {
    if (state_ == State::kFailed) return;
    if (position_ == buffer_.size()) {
        buffer_.clear();
        position_ = searched_ = 0;
        // Long bodies do not pass through the buffer.
        const bool in_body = state_ == State::kFixedBody || state_ == State::kChunkData;
        if (in_body) bytes.remove_prefix(append_body(bytes));
    } else if (position_ > 0) {
        buffer_.erase(0, position_);
        searched_ -= position_;
        position_ = 0;
    }
    buffer_.append(bytes);
}

bool MessageParser::mid_message() const {
    return state_ != State::kStartLine || position_ != buffer_.size() || head_bytes_ > 0;
}

Progress MessageParser::advance() {
    for (;;) {
        if (std::exchange(head_due_, false)) return Progress::kHead;
        switch (state_) {
            case State::kFailed:
                return Progress::kFailed;
            case State::kComplete:
                return Progress::kComplete;
            case State::kFixedBody:
            case State::kChunkData:
            case State::kUntilClose:
                if (wants_continue()) return Progress::kExpectsContinue;
                if (!step_body()) return Progress::kNeedMore;
                break;
            default:
                if (wants_continue()) return Progress::kExpectsContinue;
                if (!step_line() && state_ != State::kFailed) return Progress::kNeedMore;
        }
    }
}

/// Once the head is read: a client that sends the body all the same is not asked for it.
bool MessageParser::wants_continue() {
    if (state_ != State::kFixedBody && state_ != State::kChunkSize) return false;
    return std::exchange(expects_continue_, false) && position_ == buffer_.size();
}

bool MessageParser::fail(int status, std::string_view reason) {
    error_ = {status, reason};
    state_ = State::kFailed;
    buffer_ = {};
    position_ = searched_ = 0;
    return false;
}

void MessageParser::begin_next() {
    state_ = State::kStartLine;
    headers_ = {};
    body_ = {};
    minor_version_ = 1;
    trailers_ = {};
    hosts_ = head_bytes_ = 0;
    says_close_ = says_keep_alive_ = expects_continue_ = false;
    chunked_ = head_due_ = body_streams_ = false;
    length_.reset();
    body_left_ = 0;
    body_bytes_max_ = limits_.body_bytes_max;
    if (position_ == buffer_.size() && buffer_.capacity() > kIdleBufferMax) {
        buffer_ = {};
        position_ = searched_ = 0;
    }
}

std::size_t MessageParser::line_bytes_max() const {
    const bool chunk = state_ == State::kChunkSize || state_ == State::kChunkEnd;
    return chunk ? kChunkLineBytesMax : limits_.head_bytes_max - head_bytes_;
}

/// The next whole line without its end. Nothing when it is not all there, or after a failure.
std::optional<std::string_view> MessageParser::next_line() {
    const auto end = buffer_.find('\n', searched_);
    const std::size_t length = (end == std::string::npos ? buffer_.size() : end + 1) - position_;
    if (length > line_bytes_max()) {
        if (state_ == State::kStartLine) {
            fail(414, "the request line is too long");
        } else if (state_ == State::kFields || state_ == State::kTrailers) {
            fail(431, "the header fields are too long");
        } else {
            fail(400, "a chunk size line is too long");
        }
        return std::nullopt;
    }
    if (end == std::string::npos) {
        searched_ = buffer_.size();
        return std::nullopt;
    }
    const std::string_view line = std::string_view(buffer_).substr(position_, length - 1);
    position_ = searched_ = end + 1;
    if (state_ != State::kChunkSize && state_ != State::kChunkEnd) head_bytes_ += length;
    if (!line.ends_with('\r')) {
        fail(400, "a line does not end with CR LF");
        return std::nullopt;
    }
    return line.substr(0, line.size() - 1);
}

bool MessageParser::step_line() {
    const auto line = next_line();
    if (!line) return false;
    switch (state_) {
        case State::kStartLine:
            if (line->empty()) return true;
            if (!is_field_value(*line)) return fail(400, "the start line has control characters");
            headers_.reserve(kFieldsUsual);
            if (!on_start_line(*line)) return false;
            state_ = State::kFields;
            return true;
        case State::kFields:
            return line->empty() ? step_head_end() : step_field(*line);
        case State::kChunkSize:
            return step_chunk_size(*line);
        case State::kChunkEnd:
            if (!line->empty()) return fail(400, "a chunk is longer than its size");
            state_ = State::kChunkSize;
            return true;
        default:
            return step_trailer(*line);
    }
}

/// Trailers join no headers: nobody who decided by these sees others later.
bool MessageParser::step_trailer(std::string_view line) {
    if (line.empty()) {
        state_ = State::kComplete;
        return true;
    }
    if (trailers_.size() + 1 + headers_.size() > limits_.fields_max)
        return fail(431, "too many header fields");
    const auto colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    if (!is_token(name) || !is_field_value(line)) return fail(400, "a trailer field is malformed");
    const bool has_value = colon != std::string_view::npos;
    trailers_.add(std::string(name), std::string(has_value ? trim(line.substr(colon + 1)) : ""));
    return true;
}

bool MessageParser::step_field(std::string_view line) {
    if (line.front() == ' ' || line.front() == '\t')
        return fail(400, "folded header fields are not accepted");
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return fail(400, "a header field has no colon");
    const std::string_view name = line.substr(0, colon);
    if (!is_token(name)) return fail(400, "a header field's name is malformed");
    const std::string_view value = trim(line.substr(colon + 1));
    if (!is_field_value(value)) return fail(400, "a header field's value has control characters");
    if (headers_.size() == limits_.fields_max) return fail(431, "too many header fields");
    if (!step_known_field(name, value)) return false;
    headers_.add(std::string(name), std::string(value));
    return true;
}

bool MessageParser::step_known_field(std::string_view name, std::string_view value) {
    switch (name.size()) {
        case 4:
            if (equal_ignoring_case(name, "host")) ++hosts_;
            return true;
        case 6:
            if (!equal_ignoring_case(name, "expect")) return true;
            if (!equal_ignoring_case(value, "100-continue"))
                return fail(417, "only 100-continue can be expected");
            expects_continue_ = true;
            return true;
        case 10:
            if (!equal_ignoring_case(name, "connection")) return true;
            says_close_ |= list_contains(value, "close");
            says_keep_alive_ |= list_contains(value, "keep-alive");
            return true;
        case 14:
            return equal_ignoring_case(name, "content-length") ? step_content_length(value) : true;
        case 17:
            if (!equal_ignoring_case(name, "transfer-encoding")) return true;
            if (chunked_) return fail(400, "more than one Transfer-Encoding");
            if (!equal_ignoring_case(value, "chunked"))
                return fail(501, "the only transfer coding known is chunked");
            chunked_ = true;
            return true;
        default:
            return true;
    }
}

bool MessageParser::step_content_length(std::string_view value) {
    std::uint64_t length = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
    if (value.empty() || end != value.data() + value.size() || error == std::errc::invalid_argument) {
        return fail(400, "Content-Length is not a number");
    }
    if (error == std::errc::result_out_of_range) length = UINT64_MAX;
    if (length_ && *length_ != length) return fail(400, "two different Content-Length fields");
    length_ = length;
    return true;
}

bool MessageParser::step_head_end() {
    if (!on_head()) return false;
    if (state_ != State::kFields) return true;  // an interim response, or a body until the connection closes
    if (chunked_) {
        state_ = State::kChunkSize;
    } else if (body_left_ == 0) {
        state_ = State::kComplete;
    } else {
        body_.reserve(std::min<std::size_t>(body_left_, kBodyReserveMax) + kBodySlack);
        state_ = State::kFixedBody;
    }
    head_due_ = announces_heads_ && state_ != State::kComplete;
    return true;
}

bool MessageParser::frame_body() {
    if (chunked_ && length_) return fail(400, "both Content-Length and Transfer-Encoding");
    if (chunked_ && minor_version_ == 0) return fail(400, "Transfer-Encoding in HTTP/1.0");
    body_left_ = length_.value_or(0);
    if (body_left_ > body_bytes_max_) return fail(kBodyTooLong, kBodyTooLongReason);
    return true;
}

bool MessageParser::step_chunk_size(std::string_view line) {
    std::uint64_t size = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), size, 16);
    if (error == std::errc::invalid_argument) return fail(400, "a chunk size is not a number");
    const std::string_view rest = trim({end, static_cast<std::size_t>(line.data() + line.size() - end)});
    if ((!rest.empty() && rest.front() != ';') || !is_field_value(rest))
        return fail(400, "a chunk size is not a number");
    if (error == std::errc::result_out_of_range ||
        size > body_bytes_max_ - (body_streams_ ? 0 : body_.size())) {
        return fail(kBodyTooLong, kBodyTooLongReason);
    }
    body_left_ = size;
    state_ = size == 0 ? State::kTrailers : State::kChunkData;
    return true;
}

bool MessageParser::step_body() {
    const std::string_view here = std::string_view(buffer_).substr(position_);
    if (state_ == State::kUntilClose) {
        if (here.size() > body_bytes_max_ - body_.size()) return fail(kBodyTooLong, kBodyTooLongReason), true;
        body_.append(here);
        position_ = searched_ = buffer_.size();
        return false;
    }
    position_ += append_body(here);
    searched_ = position_;
    if (body_left_ > 0) return false;
    state_ = state_ == State::kFixedBody ? State::kComplete : State::kChunkEnd;
    return true;
}

std::size_t MessageParser::append_body(std::string_view bytes) {
    const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), body_left_));
    body_.append(bytes.substr(0, taken));
    body_left_ -= taken;
    return taken;
}

}  // namespace millrace::http
