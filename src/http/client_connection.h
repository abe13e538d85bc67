#pragma once

#include <memory>
#include <string_view>

#include "http/client.h"
#include "http/response_parser.h"
#include "net/connection.h"

namespace millrace::http {

/// One connection of a client: carries a call at a time, and waits among the kept ones between calls.
class ClientConnection final : public std::enable_shared_from_this<ClientConnection> {
  public:
    using Place = std::pair<std::string, std::uint16_t>;
    using Done = std::move_only_function<void(Result<ParsedResponse>)>;

    ClientConnection(std::shared_ptr<net::Connection> connection, ParserLimits limits)
        : connection_(std::move(connection)), parser_(limits) {}
    ~ClientConnection() { connection_->close(); }

    void start();
    /// Only while no call is under way. `done` may destroy this connection.
    void send(std::string head, std::string body, bool answers_head, Done done);
    /// The server closed it, or broke the protocol.
    [[nodiscard]] bool dead() const { return dead_; }

  private:
    void on_read(std::string_view bytes);
    void on_end(Result<> reason);
    void read_response();
    void finish(Result<ParsedResponse> result);

    std::shared_ptr<net::Connection> connection_;
    ResponseParser parser_;
    Done done_;
    bool dead_ = false;
};

}  // namespace millrace::http
