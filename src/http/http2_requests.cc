// The receiving half of Http2Session: fields and bodies, and the time they may take.

#include <algorithm>

#include "base/ascii.h"
#include "base/number.h"
#include "http/http2_session.h"

namespace millrace::http {
namespace {

using Phase = Http2Stream::Phase;

/// What a field counts for besides its bytes (RFC 9113, section 10.5.1).
constexpr std::size_t kFieldOverhead = 32;

}  // namespace

void Http2Session::on_new_stream(std::int32_t id) {
    streams_.try_emplace(id, Http2Stream{.since = std::chrono::steady_clock::now()});
}

void Http2Session::on_request_field(std::int32_t id, std::string_view name, std::string_view value) {
    Http2Stream* stream = find(id);
    if (stream == nullptr) return;
    Request& request = stream->request;
    stream->head_bytes += name.size() + value.size() + kFieldOverhead;
    const ParserLimits& limits = server_->options_.limits;
    if (stream->head_bytes > limits.head_bytes_max || request.headers.size() >= limits.fields_max) {
        stream->head_bytes = limits.head_bytes_max + 1;  // on_request_head() refuses it
        return;
    }
    if (name == ":method") {
        request.method = value;
        stream->is_head = value == "HEAD";
    } else if (name == ":path") {
        request.target = value;
    } else if (name == ":authority") {
        request.headers.add("Host", std::string(value));
    } else if (!name.starts_with(':') && (name != "host" || !request.headers.find(name))) {
        request.headers.add(std::string(name), std::string(value));
    }
}

void Http2Session::on_request_head(std::int32_t id, bool ends) {
    Http2Stream* stream = find(id);
    if (stream == nullptr) return;
    const ParserLimits& limits = server_->options_.limits;
    stream->phase = Phase::kBody;
    if (stream->head_bytes > limits.head_bytes_max) return refuse(id, 431, "the head is too long");
    if (stream->request.target.empty()) return refuse(id, 400, "the request has no path");
    const Request& request = stream->request;
    stream->body_bytes_max = limits.body_limit
                                 ? limits.body_limit(request.method, request.target, request.headers)
                                 : limits.body_bytes_max;
    const auto said = parse_number<std::uint64_t>(stream->request.headers.get("content-length"));
    if (said.value_or(0) > stream->body_bytes_max) return submit(id, server_->refuse_body(request));
    if (ends) return on_request_end(id);
    if (equal_ignoring_case(stream->request.headers.get("expect"), "100-continue")) {
        nghttp2_nv go_on = {.name = reinterpret_cast<std::uint8_t*>(const_cast<char*>(":status")),
                            .value = reinterpret_cast<std::uint8_t*>(const_cast<char*>("100")),
                            .namelen = 7,
                            .valuelen = 3,
                            .flags = NGHTTP2_NV_FLAG_NONE};
        nghttp2_submit_headers(library_.get(), NGHTTP2_FLAG_NONE, id, nullptr, &go_on, 1, nullptr);
    }
}

void Http2Session::on_body(std::int32_t id, std::string_view bytes) {
    nghttp2_session_consume_connection(library_.get(), bytes.size());
    Http2Stream* stream = find(id);
    if (stream == nullptr || stream->phase != Phase::kBody) return;  // nobody wants the rest
    std::string& body = stream->request.body;
    if (body.size() + bytes.size() > stream->body_bytes_max) {
        unfinished_bytes_ -= body.size();
        body = {};
        return submit(id, server_->refuse_body(stream->request));
    }
    body.append(bytes);
    unfinished_bytes_ += bytes.size();
    stream->withheld += bytes.size();
}

void Http2Session::on_request_end(std::int32_t id) {
    Http2Stream* stream = find(id);
    if (stream == nullptr || stream->phase != Phase::kBody) return;
    unfinished_bytes_ -= stream->request.body.size();
    stream->phase = Phase::kInWork;
    complete_.push_back(id);
}

void Http2Session::on_stream_closed(std::int32_t id) {
    const auto found = streams_.find(id);
    if (found == streams_.end()) return;
    if (found->second.phase == Phase::kBody) unfinished_bytes_ -= found->second.request.body.size();
    if (found->second.client) given_up_.push_back(std::move(found->second.client));
    const auto closed = streams_.extract(found);  // tells a producer, who may call us, when it goes
    if (streams_.empty()) quiet_since_ = std::chrono::steady_clock::now();
}

/// Lets clients send on, all of them or the oldest.
void Http2Session::make_room() {
    for (auto& [id, stream] : streams_) {
        if (stream.phase != Phase::kBody) continue;
        nghttp2_session_consume_stream(library_.get(), id, std::exchange(stream.withheld, 0));
        if (unfinished_bytes_ > kHttp2BodiesBytesMax) return;
    }
}

void Http2Session::sweep(MonotonicTime now) {
    const auto self = shared_from_this();
    const ServerOptions& options = server_->options_;
    const std::size_t unsent = connection_->unsent_bytes();
    const std::uint64_t taken = sent_bytes_ - unsent;
    if (taken != seen_taken_ || unsent == 0) {
        seen_taken_ = taken;
        taken_since_ = now;
    }
    if (now - taken_since_ >= options.stalled_max) return leave();
    if (streams_.empty() && now - quiet_since_ >= options.idle_max) return finish();
    std::vector<std::int32_t> ids;
    for (const auto& [id, stream] : streams_) ids.push_back(id);
    for (const std::int32_t id : ids) {
        if (Http2Stream* stream = find(id)) sweep_stream(id, *stream, now);
    }
    pump();
}

void Http2Session::sweep_stream(std::int32_t id, Http2Stream& stream, MonotonicTime now) {
    const ServerOptions& options = server_->options_;
    const auto since = now - stream.since;
    if (stream.phase == Phase::kHead && since >= options.request_max) {
        nghttp2_session_terminate_session(library_.get(), NGHTTP2_ENHANCE_YOUR_CALM);
    } else if (stream.phase == Phase::kBody && since >= options.request_max) {
        unfinished_bytes_ -= stream.request.body.size();
        refuse(id, 408, "the request did not arrive in time");
    } else if (stream.phase == Phase::kAnswering && stream.has_bytes() && since >= options.stalled_max) {
        nghttp2_submit_rst_stream(library_.get(), NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
    }
}

}  // namespace millrace::http
