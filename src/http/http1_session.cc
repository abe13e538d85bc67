#include "http/http1_session.h"

#include <vector>

#include "base/assert.h"
#include "http/encode.h"
#include "http/http2_preface.h"

namespace millrace::http {

Http1Session::Http1Session(Server& server, std::shared_ptr<net::Connection> connection)
    : server_(&server),
      connection_(std::move(connection)),
      parser_(server.options_.limits, server.options_.streams != nullptr),
      peer_(connection_->peer_address()),
      seen_since_(std::chrono::steady_clock::now()) {}

void Http1Session::start() {
    // The server holds the session for as long as the connection may call.
    connection_->start({.on_read = [this](std::string_view bytes) { on_read(bytes); },
                        .on_end = [this](Result<> reason) { reason ? on_end() : leave(); },
                        .on_drained = [this] { work(); }});
}

void Http1Session::close() {
    const auto self = shared_from_this();
    server_ = nullptr;
    incoming_.reset();
    connection_->close();
    tell_gone();
}

void Http1Session::leave() {
    const auto self = shared_from_this();
    connection_->close();
    incoming_.reset();
    if (server_) std::exchange(server_, nullptr)->remove(self);
    tell_gone();
}

/// Who waits may answer, and so shorten the line.
void Http1Session::tell_gone() {
    std::vector<std::shared_ptr<ClientPresence>> clients;
    for (const Exchange& exchange : exchanges_) {
        if (exchange.client) clients.push_back(exchange.client);
    }
    for (const auto& client : clients) client->leave();
}

void Http1Session::finish() {
    last_request_read_ = true;
    connection_->pause_reading();
    close_after_answers();
}

void Http1Session::close_after_answers() {
    if (!exchanges_.empty() || !server_) return;
    const auto self = shared_from_this();
    connection_->close_gracefully();
    std::exchange(server_, nullptr)->remove(self);
}

void Http1Session::on_end() {
    if (streaming_ || incoming_) return leave();
    const auto self = shared_from_this();
    last_request_read_ = true;
    tell_gone();
    close_after_answers();
}

void Http1Session::on_read(std::string_view bytes) {
    const auto self = shared_from_this();
    if (!recognised_) return on_first_bytes(bytes);
    if (last_request_read_ && !incoming_) return;
    parser_.feed(bytes);
    work();
}

void Http1Session::on_first_bytes(std::string_view bytes) {
    first_bytes_.append(bytes);
    const PrefaceMatch match = match_http2_preface(first_bytes_);
    if (match == PrefaceMatch::kNeedMore) return;
    recognised_ = true;
    const std::string first = std::exchange(first_bytes_, {});
    if (match == PrefaceMatch::kNo) return on_read(first);
    const auto self = shared_from_this();
    std::exchange(server_, nullptr)->speak_http2(self, connection_, first);
}

/// Parses what is here and sends what is answered, turn by turn, as long as either makes room for the other.
void Http1Session::work() {
    const auto self = shared_from_this();
    if (!server_ || std::exchange(working_, true)) return;  // a handler answered at once
    bool full = true;
    while (server_ && full) {
        read_requests();
        full = exchanges_.size() >= kPipelinedMax;
        send_answers();
        if (!server_ || exchanges_.size() >= kPipelinedMax) break;
    }
    working_ = false;
    if (!server_) return;
    if (last_request_read_ && !incoming_) return close_after_answers();
    if (exchanges_.size() >= kPipelinedMax || (incoming_ && incoming_->full())) {
        connection_->pause_reading();
    } else {
        connection_->resume_reading();
    }
}

void Http1Session::read_requests() {
    while (server_ && (!last_request_read_ || incoming_) && exchanges_.size() < kPipelinedMax) {
        const Progress progress = parser_.advance();
        if (incoming_) pass_body_on();
        switch (progress) {
            case Progress::kNeedMore:
                return;
            case Progress::kHead:
                if (server_->options_.streams(parser_.headers())) hand_out_head();
                break;
            case Progress::kExpectsContinue:
                owes_continue_ = true;
                break;
            case Progress::kComplete:
                incoming_ ? end_body() : hand_out(parser_.take());
                break;
            case Progress::kFailed:
                return refuse_unreadable();
        }
    }
}

void Http1Session::hand_out(ParsedRequest parsed) {
    owes_continue_ = false;
    last_request_read_ = !parsed.keep_alive;
    const std::uint64_t number = first_number_ + exchanges_.size();
    exchanges_.push_back({.is_head = parsed.request.method == "HEAD",
                          .keep_alive = parsed.keep_alive,
                          .knows_chunks = parsed.knows_chunks,
                          .response = {},
                          .client = std::make_shared<ClientPresence>()});
    parsed.request.client = exchanges_.back().client;
    parsed.request.secure = connection_->secure();
    parsed.request.peer = peer_;
    server_->handler_(std::move(parsed.request), Responder(weak_from_this(), number));
}

/// The answer may go out before the body is whole; what still comes of it is then read, and dropped.
void Http1Session::hand_out_head() {
    auto [writer, reader] = StreamWriter::make({.on_ready = [self = weak_from_this()] {
        if (const auto session = self.lock()) session->work();
    }});
    incoming_ = std::move(writer);
    incoming_trailers_ = std::make_shared<Headers>();
    ParsedRequest parsed = parser_.take_head();
    parsed.request.stream = std::move(reader);
    parsed.request.trailers = incoming_trailers_;
    hand_out(std::move(parsed));
}

void Http1Session::pass_body_on() {
    if (std::string piece = parser_.take_body(); !piece.empty())
        incoming_->write(SharedBytes(std::move(piece)));
}

void Http1Session::end_body() {
    *incoming_trailers_ = parser_.take_end();
    std::exchange(incoming_, std::nullopt)->finish();
}

void Http1Session::refuse_unreadable() {
    const auto& [status, reason] = parser_.error();
    if (status != kBodyTooLong || incoming_) return refuse(text_response(status, reason));
    refuse(server_->refuse_body(parser_.take_head().request));
}

void Http1Session::refuse(Response response) {
    last_request_read_ = true;
    incoming_.reset();
    exchanges_.push_back({.is_head = false, .keep_alive = false, .response = std::move(response)});
}

void Http1Session::answer(std::uint64_t number, Response response) {
    if (!server_) return;
    MILLRACE_ASSERT(number >= first_number_ && number - first_number_ < exchanges_.size());
    const auto self = shared_from_this();
    Exchange& exchange = exchanges_[number - first_number_];
    exchange.response = std::move(response);
    if (exchange.client) exchange.client->answered();
    if (number == first_number_) work();
}

void Http1Session::send_answers() {
    while (!exchanges_.empty() && exchanges_.front().response) {
        if (exchanges_.front().response->hang_up) return leave();
        if (!streaming_) send(exchanges_.front());
        if (streaming_ && !stream_on()) return;
        exchanges_.pop_front();
        ++first_number_;
    }
    const bool is_next = exchanges_.empty() || (incoming_ && exchanges_.size() == 1);
    if (is_next && std::exchange(owes_continue_, false)) connection_->write("HTTP/1.1 100 Continue\r\n\r\n");
}

void Http1Session::send(Exchange& exchange) {
    Response& response = *exchange.response;
    if (response.stream && !response.length && !exchange.knows_chunks) {
        response = {.status = 505, .headers = {}, .body = "this answer is a stream, which takes HTTP/1.1\n"};
    }
    const bool last = last_request_read_ && exchanges_.size() == 1;
    const bool with_body = has_body(response.status, exchange.is_head);
    std::string head = encode_response_head(response, exchange.keep_alive && !last, SystemClock().now());
    connection_->write(std::move(head), with_body ? std::move(response.body) : std::string());
    streaming_ = response.stream && with_body;
    if (streaming_) response.stream->on_more([this] { work(); });
}

/// Sends what the stream has, as far as the connection takes it. True when that was the last of it.
bool Http1Session::stream_on() {
    StreamReader& stream = *exchanges_.front().response->stream;
    const bool chunked = !exchanges_.front().response->length;
    while (stream.has_bytes() && connection_->unsent_bytes() < kStreamAheadMax) {
        SharedBytes piece = stream.take(kStreamAheadMax);
        streamed_bytes_ += piece.size();
        std::string head = chunked ? encode_chunk_head(piece.size()) : std::string();
        connection_->write(std::move(head), std::move(piece), std::string(chunked ? kChunkEnd : ""));
    }
    if (stream.has_bytes() || stream.state() == StreamReader::State::kOpen) return false;
    streaming_ = false;
    if (stream.state() == StreamReader::State::kBrokenOff) {
        leave();
        return false;
    }
    if (chunked) connection_->write(std::string(kLastChunk));
    return true;
}

Http1Session::Phase Http1Session::phase() const {
    if (!exchanges_.empty()) return Phase::kAnswering;
    if (connection_->in_handshake()) return Phase::kHandshake;
    return parser_.mid_message() || !first_bytes_.empty() ? Phase::kReading : Phase::kIdle;
}

void Http1Session::sweep(MonotonicTime now) {
    const Phase current = phase();
    const std::uint64_t requests = first_number_ + exchanges_.size();
    const std::size_t unsent = connection_->unsent_bytes();
    const std::uint64_t taken = streamed_bytes_ - unsent;
    const auto since = now - seen_since_;
    if (current != seen_phase_ || requests != seen_requests_ || taken != seen_taken_) {
        seen_phase_ = current;
        seen_requests_ = requests;
        seen_taken_ = taken;
        seen_since_ = now;
    } else if (current == Phase::kHandshake && since >= server_->options_.handshake_max) {
        leave();
    } else if (current == Phase::kIdle && since >= server_->options_.idle_max) {
        finish();
    } else if (current == Phase::kReading && since >= server_->options_.request_max) {
        refuse(text_response(408, "the request did not arrive in time"));
        work();
    } else if (streaming_ && unsent > 0 && since >= server_->options_.stalled_max) {
        leave();
    }
}

}  // namespace millrace::http
