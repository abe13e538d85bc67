#pragma once

#include <memory>

#include "channel.h"
#include "http/response_parser.h"
#include "net/connection.h"
#include "net/loop.h"

namespace millrace::bench {

/// Keeps its connection as long as the server does, and makes another when it is gone.
class Http1Channel final : public Channel {
  public:
    Http1Channel(net::Loop& loop, Place place) : loop_(loop), place_(std::move(place)) {}
    ~Http1Channel() override;

    void send(const Prepared& prepared, AnswerTaker& taker) override;

  private:
    void connect();
    void connected(Result<std::shared_ptr<net::Connection>> connection);
    void on_read(std::string_view bytes);
    void on_end(const Result<>& reason);
    void read_answer();
    void finish(int status, std::string body);

    net::Loop& loop_;
    const Place place_;
    std::shared_ptr<net::Connection> connection_;
    std::unique_ptr<http::ResponseParser> parser_;
    AnswerTaker* taker_ = nullptr;
    std::string head_;  ///< waits for a connection, with body_
    SharedBytes body_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace millrace::bench
