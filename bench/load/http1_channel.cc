#include "http1_channel.h"

#include <utility>

#include "net/connect.h"

namespace millrace::bench {
namespace {

constexpr std::size_t kAnswerBytesMax = 64_MiB;

}  // namespace

Http1Channel::~Http1Channel() {
    if (connection_) connection_->close();
}

void Http1Channel::send(const Prepared& prepared, AnswerTaker& taker) {
    taker_ = &taker;
    if (connection_) return connection_->write(prepared.head, prepared.body, {});
    head_ = prepared.head;
    body_ = prepared.body;
    connect();
}

void Http1Channel::connect() {
    net::connect(loop_, place_.host, place_.port, kConnectMax,
                 [this, alive = std::weak_ptr(alive_)](auto connection) {
                     if (!alive.expired()) connected(std::move(connection));
                 });
}

void Http1Channel::connected(Result<std::shared_ptr<net::Connection>> connection) {
    if (!connection) return finish(0, connection.error().message);
    connection_ = std::move(*connection);
    parser_ = std::make_unique<http::ResponseParser>(http::ParserLimits{.body_bytes_max = kAnswerBytesMax});
    connection_->start({.on_read = [this](std::string_view bytes) { on_read(bytes); },
                        .on_end = [this](const Result<>& reason) { on_end(reason); }});
    connection_->write(std::move(head_), std::exchange(body_, {}), {});
}

void Http1Channel::on_read(std::string_view bytes) {
    parser_->feed(bytes);
    read_answer();
}

void Http1Channel::on_end(const Result<>& reason) {
    const auto connection = std::exchange(connection_, nullptr);
    if (taker_ == nullptr) return;
    if (!reason) return finish(0, reason.error().message);
    parser_->finish();
    read_answer();
    finish(0, "the server closed the connection without an answer");
}

void Http1Channel::read_answer() {
    switch (parser_->advance()) {
        case http::Progress::kComplete: {
            http::ParsedResponse parsed = parser_->take();
            if (!parsed.keep_alive && connection_) std::exchange(connection_, nullptr)->close();
            return finish(parsed.response.status, std::move(parsed.response.body));
        }
        case http::Progress::kFailed:
            if (connection_) std::exchange(connection_, nullptr)->close();
            return finish(0, std::string(parser_->error().reason));
        default:
            return;
    }
}

void Http1Channel::finish(int status, std::string body) {
    if (auto* const taker = std::exchange(taker_, nullptr)) taker->on_answer(status, std::move(body));
}

}  // namespace millrace::bench
