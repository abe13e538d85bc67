#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "base/time.h"
#include "http/request_parser.h"
#include "http/server.h"
#include "http/server_session.h"
#include "net/connection.h"

namespace millrace::http {

/// Recognises the protocol, parses requests, sends the answers in order; hands a connection that speaks
/// HTTP/2 on.
class Http1Session final : public ServerSession, public std::enable_shared_from_this<Http1Session> {
  public:
    Http1Session(Server& server, std::shared_ptr<net::Connection> connection);

    void start();
    void close() override;
    void finish() override;
    void sweep(MonotonicTime now) override;
    void answer(std::uint64_t number, Response response) override;

  private:
    /// A request that was handed out, until its answer is sent.
    struct Exchange {
        bool is_head = false;
        bool keep_alive = true;
        bool knows_chunks = true;
        std::optional<Response> response;
        std::shared_ptr<ClientPresence> client = nullptr;  ///< nullptr of what we refuse ourselves
    };
    enum class Phase { kHandshake, kIdle, kReading, kAnswering };

    void on_read(std::string_view bytes);
    void on_first_bytes(std::string_view bytes);
    void on_end();
    void tell_gone();
    void work();
    void read_requests();
    void hand_out(ParsedRequest parsed);
    void hand_out_head();
    void pass_body_on();
    void end_body();
    void refuse_unreadable();
    void refuse(Response response);
    void send_answers();
    void send(Exchange& exchange);
    [[nodiscard]] bool stream_on();
    void close_after_answers();
    void leave();
    [[nodiscard]] Phase phase() const;

    Server* server_;  ///< nullptr when it let go of us
    std::shared_ptr<net::Connection> connection_;
    RequestParser parser_;
    const std::string peer_;
    std::string first_bytes_;  ///< while they may still be the HTTP/2 preface
    bool recognised_ = false;
    bool last_request_read_ = false;
    bool working_ = false;
    bool owes_continue_ = false;
    std::optional<StreamWriter> incoming_;  ///< the body of the newest request, which comes piece by piece
    std::shared_ptr<Headers> incoming_trailers_;
    bool streaming_ = false;  ///< the head of exchanges_.front() is sent, its stream goes on
    std::uint64_t streamed_bytes_ = 0;
    std::deque<Exchange> exchanges_;
    std::uint64_t first_number_ = 0;  ///< of exchanges_.front()

    // As the last sweep saw it.
    Phase seen_phase_ = Phase::kIdle;
    std::uint64_t seen_requests_ = 0;
    std::uint64_t seen_taken_ = 0;
    MonotonicTime seen_since_;
};

}  // namespace millrace::http
