#include "http/client.h"

#include <optional>

#include "http/client_connection.h"
#include "http/encode.h"
#include "net/connect.h"

namespace millrace::http {

/// One request under way: held by its timer until it is done.
class ClientCall final : public std::enable_shared_from_this<ClientCall> {
  public:
    ClientCall(std::shared_ptr<Client*> client, Client::Place place, Request request, Client::Done done)
        : client_(std::move(client)),
          place_(std::move(place)),
          request_(std::move(request)),
          done_(std::move(done)) {}

    void start(Milliseconds response_max) {
        Client& client = **client_;
        timer_ = client.loop_.run_after(response_max, [self = shared_from_this()] {
            self->timer_ = {};
            self->finish(fail(ErrorCode::kUnavailable, self->name() + ": no answer in time"));
        });
        if (auto kept = client.take_kept(place_)) return send_on(std::move(kept));
        net::connect(client.loop_, place_.first, place_.second,
                     std::min(client.options_.connect_max, response_max),
                     [weak = weak_from_this()](auto connected) {
                         if (const auto self = weak.lock()) self->on_connected(std::move(connected));
                     });
    }

  private:
    void on_connected(Result<std::shared_ptr<net::Connection>> connected) {
        if (!done_ || !*client_) return;
        if (!connected) return finish(std::unexpected(connected.error()));
        auto connection =
            std::make_shared<ClientConnection>(std::move(*connected), (*client_)->options_.limits);
        connection->start();
        send_on(std::move(connection));
    }

    void send_on(std::shared_ptr<ClientConnection> connection) {
        connection_ = std::move(connection);
        std::string head = encode_request_head(request_, name());
        connection_->send(std::move(head), std::move(request_.body), request_.method == "HEAD",
                          [weak = weak_from_this()](Result<ParsedResponse> parsed) {
                              if (const auto self = weak.lock()) self->on_response(std::move(parsed));
                          });
    }

    void on_response(Result<ParsedResponse> parsed) {
        if (!parsed) return finish(fail(parsed.error().code, name() + ": " + parsed.error().message));
        if (*client_ && !connection_->dead()) (*client_)->keep(place_, std::move(connection_));
        finish(std::move(parsed->response));
    }

    [[nodiscard]] std::string name() const { return place_.first + ":" + std::to_string(place_.second); }

    void finish(Result<Response> result) {
        const auto self = shared_from_this();
        connection_.reset();
        if (!*client_ || !done_) return;
        net::Loop& loop = (*client_)->loop_;
        loop.cancel(timer_);
        // Never from inside another call's callback.
        loop.post([done = std::exchange(done_, nullptr), result = std::move(result)]() mutable {
            done(std::move(result));
        });
    }

    std::shared_ptr<Client*> client_;
    Client::Place place_;
    Request request_;
    Client::Done done_;
    TimerId timer_;
    std::shared_ptr<ClientConnection> connection_;
};

Client::Client(net::Loop& loop, ClientOptions options)
    : loop_(loop), options_(options), alive_(std::make_shared<Client*>(this)) {}

Client::~Client() {
    *alive_ = nullptr;
}

void Client::send(std::string host, std::uint16_t port, Request request, Done done) {
    send(std::move(host), port, std::move(request), options_.response_max, std::move(done));
}

void Client::send(std::string host, std::uint16_t port, Request request, Milliseconds response_max,
                  Done done) {
    std::make_shared<ClientCall>(alive_, Place(std::move(host), port), std::move(request), std::move(done))
        ->start(response_max);
}

std::shared_ptr<ClientConnection> Client::take_kept(const Place& place) {
    auto& kept = kept_[place];
    while (!kept.empty()) {
        auto connection = std::move(kept.back());
        kept.pop_back();
        if (!connection->dead()) return connection;
    }
    return nullptr;
}

void Client::keep(const Place& place, std::shared_ptr<ClientConnection> connection) {
    auto& kept = kept_[place];
    if (kept.size() < options_.kept_per_host_max) kept.push_back(std::move(connection));
}

Result<Response> BlockingClient::send(const std::string& host, std::uint16_t port, Request request) {
    return send(host, port, std::move(request), ClientOptions{}.response_max);
}

Result<Response> BlockingClient::send(const std::string& host, std::uint16_t port, Request request,
                                      Milliseconds response_max) {
    std::optional<Result<Response>> result;
    client_.send(host, port, std::move(request), response_max, [&](Result<Response> response) {
        result = std::move(response);
        loop_.stop();
    });
    loop_.run();
    return std::move(*result);
}

}  // namespace millrace::http
