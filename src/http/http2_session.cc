#include "http/http2_session.h"

#include "http/encode.h"
#include "http/http2_response_head.h"

namespace millrace::http {
namespace {

using Phase = Http2Stream::Phase;

/// Frames are gathered up to here before they go to the connection.
constexpr std::size_t kGatheredBytesMax = 16_KiB;

}  // namespace

Http2Session::Http2Session(Server& server, std::shared_ptr<net::Connection> connection)
    : server_(&server),
      connection_(std::move(connection)),
      peer_(connection_->peer_address()),
      library_(make_http2_handle(*this, server.options_.limits.head_bytes_max)),
      quiet_since_(std::chrono::steady_clock::now()),
      taken_since_(quiet_since_) {}

void Http2Session::start(std::string_view bytes) {
    connection_->start({.on_read = [this](std::string_view more) { on_read(more); },
                        .on_end = [this](Result<>) { leave(); },
                        .on_drained = [this] { pump(); }});
    on_read(bytes);
}

void Http2Session::close() {
    const auto self = shared_from_this();
    server_ = nullptr;
    connection_->close();
    tell_gone();
}

void Http2Session::leave() {
    const auto self = shared_from_this();
    connection_->close();
    if (server_) std::exchange(server_, nullptr)->remove(self);
    tell_gone();
}

/// Of the streams that were reset or, when the session is over, of all.
void Http2Session::tell_gone() {
    if (!server_) {
        for (auto& [id, stream] : streams_) {
            if (stream.client) given_up_.push_back(std::move(stream.client));
        }
    }
    for (const auto& client : std::exchange(given_up_, {})) client->leave();
}

void Http2Session::finish() {
    if (std::exchange(finishing_, true)) return;
    nghttp2_submit_goaway(library_.get(), NGHTTP2_FLAG_NONE,
                          nghttp2_session_get_last_proc_stream_id(library_.get()), NGHTTP2_NO_ERROR, nullptr,
                          0);
    pump();
}

void Http2Session::on_read(std::string_view bytes) {
    const auto self = shared_from_this();
    busy_ = true;
    const ssize_t read = nghttp2_session_mem_recv(
        library_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    busy_ = false;
    if (!server_) return;
    tell_gone();
    if (!server_) return;
    if (read < 0) return leave();
    for (const std::int32_t id : std::exchange(complete_, {})) hand_out(id);
    if (!server_) return;  // an answer hung up
    make_room();
    pump();
}

void Http2Session::hand_out(std::int32_t id) {
    Http2Stream* stream = find(id);
    if (stream == nullptr || stream->phase != Phase::kInWork || !server_) return;
    ++in_work_;
    stream->request.secure = connection_->secure();
    stream->request.peer = peer_;
    stream->client = std::make_shared<ClientPresence>();
    stream->request.client = stream->client;
    if (in_work_ >= kHttp2InWorkMax) connection_->pause_reading();
    server_->handler_(std::move(stream->request),
                      Responder(weak_from_this(), static_cast<std::uint64_t>(id)));
}

void Http2Session::answer(std::uint64_t number, Response response) {
    if (!server_) return;
    if (in_work_-- == kHttp2InWorkMax) connection_->resume_reading();
    const auto id = static_cast<std::int32_t>(number);
    Http2Stream* stream = find(id);
    if (stream == nullptr) return;  // the client gave it up
    stream->client = nullptr;
    if (response.hang_up) return leave();
    submit(id, std::move(response));
    pump();
}

void Http2Session::refuse(std::int32_t id, int status, std::string_view reason) {
    submit(id, text_response(status, reason));
}

void Http2Session::submit(std::int32_t id, Response response) {
    Http2Stream& stream = streams_.at(id);
    stream.phase = Phase::kAnswering;
    stream.since = std::chrono::steady_clock::now();
    const Http2ResponseHead head(response, SystemClock().now());
    const bool with_body =
        has_body(response.status, stream.is_head) && (response.stream || !response.body.empty());
    if (with_body) {
        stream.body = SharedBytes(std::move(response.body));
        stream.pieces = std::move(response.stream);
    }
    if (stream.pieces) {
        stream.pieces->on_more([this, id] {
            nghttp2_session_resume_data(library_.get(), id);
            pump();
        });
    }
    const nghttp2_data_provider provider = http2_body_provider();
    nghttp2_submit_response(library_.get(), id, head.fields().data(), head.fields().size(),
                            with_body ? &provider : nullptr);
}

ssize_t Http2Session::next_body_bytes(std::int32_t id, std::size_t max, std::uint32_t& flags) {
    Http2Stream& stream = streams_.at(id);
    flags |= NGHTTP2_DATA_FLAG_NO_COPY;
    if (stream.pieces) {
        stream.outgoing = stream.pieces->take(max);
        const auto state = stream.pieces->state();
        const bool ends = !stream.pieces->has_bytes() && state == StreamReader::State::kFinished;
        if (ends) flags |= NGHTTP2_DATA_FLAG_EOF;
        if (stream.outgoing.size() == 0 && !ends) {
            return state == StreamReader::State::kOpen ? NGHTTP2_ERR_DEFERRED
                                                       : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
        }
    } else {
        stream.outgoing = stream.body.slice(0, max);
        stream.body = stream.body.slice(stream.outgoing.size());
        if (stream.body.size() == 0) flags |= NGHTTP2_DATA_FLAG_EOF;
    }
    stream.since = std::chrono::steady_clock::now();
    return static_cast<ssize_t>(stream.outgoing.size());
}

void Http2Session::send_body(std::int32_t id, std::string_view frame_head) {
    SharedBytes bytes = std::exchange(streams_.at(id).outgoing, {});
    outgoing_.append(frame_head);
    sent_bytes_ += outgoing_.size() + bytes.size();
    connection_->write(std::exchange(outgoing_, {}), std::move(bytes), {});
}

/// Sends what nghttp2 has, as far as the connection takes it.
void Http2Session::pump() {
    if (!server_ || std::exchange(busy_, true)) return;
    const auto self = shared_from_this();
    while (connection_->unsent_bytes() < kStreamAheadMax) {
        const std::uint8_t* bytes = nullptr;
        const ssize_t size = nghttp2_session_mem_send(library_.get(), &bytes);
        if (size <= 0) break;
        outgoing_.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
        if (outgoing_.size() >= kGatheredBytesMax) flush();
    }
    flush();
    busy_ = false;
    close_if_done();
}

void Http2Session::flush() {
    sent_bytes_ += outgoing_.size();
    connection_->write(std::exchange(outgoing_, {}));
}

void Http2Session::close_if_done() {
    if (!server_ || nghttp2_session_want_write(library_.get()) != 0) return;
    const bool over = nghttp2_session_want_read(library_.get()) == 0 || (finishing_ && streams_.empty());
    if (!over) return;
    const auto self = shared_from_this();
    connection_->close_gracefully();
    std::exchange(server_, nullptr)->remove(self);
    tell_gone();
}

Http2Stream* Http2Session::find(std::int32_t id) {
    const auto found = streams_.find(id);
    return found == streams_.end() ? nullptr : &found->second;
}

}  // namespace millrace::http
