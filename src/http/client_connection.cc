#include "http/client_connection.h"

namespace millrace::http {

void ClientConnection::start() {
    const auto call = [weak = weak_from_this()](auto member, auto argument) {
        if (const auto self = weak.lock()) ((*self).*member)(std::move(argument));
    };
    connection_->start(
        {.on_read = [call](std::string_view bytes) { call(&ClientConnection::on_read, bytes); },
         .on_end = [call](Result<> reason) { call(&ClientConnection::on_end, std::move(reason)); }});
}

void ClientConnection::send(std::string head, std::string body, bool answers_head, Done done) {
    done_ = std::move(done);
    if (answers_head) parser_.expect_no_body();
    connection_->write(std::move(head), std::move(body));
}

void ClientConnection::on_read(std::string_view bytes) {
    if (!done_) {  // nobody asked
        dead_ = true;
        return connection_->close();
    }
    parser_.feed(bytes);
    read_response();
}

void ClientConnection::on_end(Result<> reason) {
    dead_ = true;
    if (!done_) return;
    if (!reason) return finish(std::unexpected(reason.error()));
    parser_.finish();
    read_response();
    if (done_) finish(fail(ErrorCode::kUnavailable, "the server closed the connection without an answer"));
}

void ClientConnection::read_response() {
    switch (parser_.advance()) {
        case Progress::kComplete: {
            ParsedResponse parsed = parser_.take();
            dead_ |= !parsed.keep_alive || parser_.mid_message();
            return finish(std::move(parsed));
        }
        case Progress::kFailed:
            dead_ = true;
            return finish(fail(ErrorCode::kUnavailable, std::string(parser_.error().reason)));
        default:
            return;
    }
}

void ClientConnection::finish(Result<ParsedResponse> result) {
    auto done = std::exchange(done_, nullptr);
    done(std::move(result));
}

}  // namespace millrace::http
