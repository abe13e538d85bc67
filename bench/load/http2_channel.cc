#include "http2_channel.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

#include "net/connect.h"

namespace millrace::bench {
namespace {

constexpr std::int32_t kWindowBytes = 16 * 1024 * 1024;  // answers must not wait for ours

nghttp2_nv field(std::string_view name, std::string_view value) {
    // nghttp2 copies both and changes neither.
    const auto bytes = [](std::string_view text) {
        return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
    };
    return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

}  // namespace

struct Http2Connection::Library {
    static Http2Connection& self(void* user) { return *static_cast<Http2Connection*>(user); }

    static Stream* stream(void* user, std::int32_t id) {
        const auto found = self(user).streams_.find(id);
        return found == self(user).streams_.end() ? nullptr : &found->second;
    }

    static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                         std::size_t name_size, const std::uint8_t* value, std::size_t size, std::uint8_t,
                         void* user) {
        if (std::string_view(reinterpret_cast<const char*>(name), name_size) != ":status") return 0;
        const char* const digits = reinterpret_cast<const char*>(value);
        if (auto* const found = stream(user, frame->hd.stream_id))
            std::from_chars(digits, digits + size, found->status);
        return 0;
    }

    static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                       std::size_t size, void* user) {
        if (auto* const found = stream(user, id))
            found->answer.append(reinterpret_cast<const char*>(data), size);
        return 0;
    }

    static int on_close(nghttp2_session*, std::int32_t id, std::uint32_t error, void* user) {
        auto node = self(user).streams_.extract(id);
        if (node.empty()) return 0;
        Stream& done = node.mapped();
        if (error != NGHTTP2_NO_ERROR) done = {.taker = done.taker, .answer = nghttp2_http2_strerror(error)};
        done.taker->on_answer(done.status, std::move(done.answer));
        return 0;
    }

    static ssize_t read_body(nghttp2_session*, std::int32_t id, std::uint8_t* out, std::size_t room,
                             std::uint32_t* flags, nghttp2_data_source*, void* user) {
        Stream* const found = stream(user, id);
        if (found == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
        const std::string_view rest = found->body.view().substr(found->sent);
        const std::size_t size = std::min(room, rest.size());
        std::memcpy(out, rest.data(), size);
        found->sent += size;
        if (size == rest.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
        return static_cast<ssize_t>(size);
    }
};

Http2Connection::Http2Connection(net::Loop& loop, Place place) : loop_(loop), place_(std::move(place)) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, Library::on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Library::on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, Library::on_close);
    nghttp2_session_client_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    const nghttp2_settings_entry window{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kWindowBytes};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &window, 1);
    nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kWindowBytes);
}

Http2Connection::~Http2Connection() {
    if (connection_) connection_->close();
    nghttp2_session_del(session_);
}

void Http2Connection::send(const Prepared& prepared, AnswerTaker& taker) {
    if (broken_) return loop_.post([&taker] { taker.on_answer(0, "the connection is gone"); });
    if (!connection_ && streams_.empty()) connect();
    submit(prepared, taker);
    if (connection_ && !reading_) flush();
}

void Http2Connection::connect() {
    net::connect(loop_, place_.host, place_.port, kConnectMax, [weak = weak_from_this()](auto connection) {
        const auto self = weak.lock();
        if (!self) return;
        if (!connection) return self->broke(connection.error().message);
        self->connection_ = std::move(*connection);
        self->connection_->start(
            {.on_read = [raw = self.get()](std::string_view bytes) { raw->on_read(bytes); },
             .on_end =
                 [raw = self.get()](const Result<>&) { raw->broke("the server closed the connection"); }});
        self->flush();
    });
}

void Http2Connection::submit(const Prepared& prepared, AnswerTaker& taker) {
    const std::string authority = place_.authority();
    const std::string length = std::to_string(prepared.body.size());
    std::vector<std::pair<std::string, std::string_view>> fields{{":method", prepared.request.method},
                                                                 {":scheme", "http"},
                                                                 {":authority", authority},
                                                                 {":path", prepared.request.target},
                                                                 {"content-length", length}};
    for (const auto& [name, value] : prepared.request.headers) {
        if (name != "Host") fields.emplace_back(lower(name), value);
    }
    std::vector<nghttp2_nv> all;
    for (const auto& [name, value] : fields) all.push_back(field(name, value));
    const nghttp2_data_provider body{.source = {}, .read_callback = Library::read_body};
    const std::int32_t id = nghttp2_submit_request(session_, nullptr, all.data(), all.size(), &body, nullptr);
    if (id < 0) return loop_.post([&taker, id] { taker.on_answer(0, nghttp2_strerror(id)); });
    streams_[id] = {.taker = &taker, .body = prepared.body};
}

void Http2Connection::on_read(std::string_view bytes) {
    reading_ = true;
    const auto taken =
        nghttp2_session_mem_recv(session_, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    reading_ = false;
    if (taken < 0) return broke(nghttp2_strerror(static_cast<int>(taken)));
    flush();
}

void Http2Connection::flush() {
    if (!connection_) return;
    std::string out;
    const std::uint8_t* data = nullptr;
    for (auto size = nghttp2_session_mem_send(session_, &data); size > 0;
         size = nghttp2_session_mem_send(session_, &data)) {
        out.append(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
    }
    if (!out.empty()) connection_->write(std::move(out));
}

void Http2Connection::broke(const std::string& why) {
    broken_ = true;
    if (connection_) std::exchange(connection_, nullptr)->close();
    for (auto& [id, stream] : std::exchange(streams_, {})) stream.taker->on_answer(0, why);
}

}  // namespace millrace::bench
