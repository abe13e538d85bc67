#include "http/server.h"

#include "http/http1_session.h"
#include "http/http2_session.h"

namespace millrace::http {

Result<std::unique_ptr<Server>> Server::open(net::Loop& loop, ServerOptions options, Handler handler) {
    auto server = std::make_unique<Server>(loop, std::move(options), std::move(handler));
    auto listener =
        net::Listener::open(loop, server->options_.host, server->options_.port,
                            [raw = server.get()](auto connection) { raw->accept(std::move(connection)); });
    if (!listener) return std::unexpected(listener.error());
    server->listener_ = std::move(*listener);
    server->port_ = server->listener_->port();
    return server;
}

Server::Server(net::Loop& loop, ServerOptions options, Handler handler)
    : loop_(loop), options_(std::move(options)), handler_(std::move(handler)) {}

Server::~Server() {
    loop_.cancel(sweep_timer_);
    loop_.cancel(stop_timer_);
    stopped_ = nullptr;
    close_all();
}

void Server::accept(std::shared_ptr<net::Connection> connection) {
    if (tls_) connection->offer_tls(tls_);
    auto session = std::make_shared<Http1Session>(*this, std::move(connection));
    if (sessions_.empty()) sweep_timer_ = loop_.run_after(options_.sweep_every, [this] { sweep(); });
    sessions_.insert(session);
    if (listener_ && sessions_.size() >= options_.connections_max) listener_->pause();
    session->start();
}

void Server::speak_http2(const std::shared_ptr<ServerSession>& before,
                         std::shared_ptr<net::Connection> connection, std::string_view bytes) {
    auto session = std::make_shared<Http2Session>(*this, std::move(connection));
    sessions_.erase(before);
    sessions_.insert(session);
    session->start(bytes);
}

Response Server::refuse_body(const Request& head) const {
    return options_.refuse_body ? options_.refuse_body(head)
                                : text_response(kBodyTooLong, kBodyTooLongReason);
}

void Server::sweep() {
    const auto now = std::chrono::steady_clock::now();
    const auto sessions = sessions_;  // those that are closed remove themselves
    for (const auto& session : sessions) session->sweep(now);
    if (!sessions_.empty()) sweep_timer_ = loop_.run_after(options_.sweep_every, [this] { sweep(); });
}

void Server::remove(const std::shared_ptr<ServerSession>& session) {
    sessions_.erase(session);
    if (sessions_.empty()) loop_.cancel(sweep_timer_);
    if (listener_) listener_->resume();
    if (stopped_ && sessions_.empty()) finish_stop();
}

void Server::close_all() {
    const auto sessions = std::exchange(sessions_, {});
    for (const auto& session : sessions) session->close();
}

void Server::stop(Task done) {
    listener_.reset();
    stopped_ = std::move(done);
    stop_timer_ = loop_.run_after(options_.stop_max, [this] {
        close_all();
        finish_stop();
    });
    const auto sessions = sessions_;
    for (const auto& session : sessions) session->finish();
    if (sessions.empty()) finish_stop();
}

void Server::finish_stop() {
    loop_.cancel(stop_timer_);
    if (stopped_) loop_.post(std::exchange(stopped_, nullptr));
}

}  // namespace millrace::http
