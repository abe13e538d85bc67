#pragma once

#include <memory>
#include <nghttp2/nghttp2.h>
#include <unordered_map>
#include <vector>

#include "channel.h"
#include "net/connection.h"
#include "net/loop.h"

namespace millrace::bench {

/// One connection of HTTP/2 with prior knowledge, shared by its channels. Gone is gone: what is sent after it
/// broke is answered with status 0.
class Http2Connection final : public std::enable_shared_from_this<Http2Connection> {
  public:
    Http2Connection(net::Loop& loop, Place place);
    ~Http2Connection();
    Http2Connection(const Http2Connection&) = delete;
    Http2Connection& operator=(const Http2Connection&) = delete;

    void send(const Prepared& prepared, AnswerTaker& taker);

  private:
    struct Stream {
        AnswerTaker* taker = nullptr;
        SharedBytes body;
        std::size_t sent = 0;
        int status = 0;
        std::string answer;
    };
    struct Library;  ///< nghttp2's callbacks

    void connect();
    void on_read(std::string_view bytes);
    void broke(const std::string& why);
    void submit(const Prepared& prepared, AnswerTaker& taker);
    void flush();

    net::Loop& loop_;
    const Place place_;
    nghttp2_session* session_ = nullptr;
    std::shared_ptr<net::Connection> connection_;
    bool broken_ = false;
    bool reading_ = false;
    std::unordered_map<std::int32_t, Stream> streams_;
};

class Http2Channel final : public Channel {
  public:
    explicit Http2Channel(std::shared_ptr<Http2Connection> connection) : connection_(std::move(connection)) {}
    void send(const Prepared& prepared, AnswerTaker& taker) override { connection_->send(prepared, taker); }

  private:
    std::shared_ptr<Http2Connection> connection_;
};

}  // namespace millrace::bench
