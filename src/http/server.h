#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/error.h"
#include "base/executor.h"
#include "base/time.h"
#include "base/units.h"
#include "http/message.h"
#include "http/message_parser.h"
#include "net/listener.h"
#include "net/loop.h"

namespace millrace::http {

class ServerSession;

struct ServerOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0: any free one
    ParserLimits limits;
    /// Of a request's headers: whether its body is wanted as it comes (Request::stream). HTTP/1.1 only; such
    /// a request may take longer than request_max, and its body may be longer than limits.body_bytes_max if
    /// no chunk of it is.
    std::function<bool(const Headers&)> streams;
    /// What is answered to a request, without its body, whose body is longer than its limit; it may be called
    /// after the first bytes of the body. None: 413 in plain text.
    std::function<Response(const Request& head)> refuse_body;
    /// More wait in the system's queue until one closes.
    std::size_t connections_max = 4096;
    /// A kept connection without a request. Longer than clients keep theirs, so that they close first.
    Milliseconds idle_max{180'000};
    /// From a request's first byte to its last: who feeds it byte by byte gets 408. Checked every sweep, so
    /// it may last a little longer.
    Milliseconds request_max{60'000};
    /// From the first byte of TLS until both sides agree. Checked every sweep as well.
    Milliseconds handshake_max{10'000};
    /// A client that takes nothing of a streamed response that has bytes for it.
    Milliseconds stalled_max{60'000};
    /// stop() waits this long for answers in flight.
    Milliseconds stop_max{5'000};
    Milliseconds sweep_every{1'000};
};

/// Requests of one connection that may be in work at a time (pipelining); it is not read further meanwhile.
inline constexpr std::size_t kPipelinedMax = 16;

/// A streamed response fills its connection up to here; the rest waits in the stream (kStreamUnsentMax).
inline constexpr std::size_t kStreamAheadMax = 256_KiB;

/// A server of HTTP/1.1 and of HTTP/2 with prior knowledge, on one port, on a loop and used only from there.
/// Requests are handed out as they arrive; HTTP/1.1's are answered in order, HTTP/2's as the answers come. A
/// request that cannot be read is answered with 4xx or 5xx and the connection or stream closed. A handler
/// that drops its Respond without an answer makes it a 500.
///
/// A client that closes its side while a streamed response goes on is taken to be gone. While another answer
/// is awaited, only who asked Request::client hears of it: the answer is sent all the same.
///
/// The handler may answer after the server is gone; nobody hears it then. It must not destroy the server.
class Server {
  public:
    /// Listens at once. The error is a sentence for the person who chose host and port.
    static Result<std::unique_ptr<Server>> open(net::Loop& loop, ServerOptions options, Handler handler);
    Server(net::Loop& loop, ServerOptions options, Handler handler);
    /// Closes everything at once.
    ~Server();

    /// Clients that begin with TLS get it from now on, on the same port; the others go on as before.
    void offer_tls(std::shared_ptr<const net::TlsContext> context) { tls_ = std::move(context); }

    /// Serves a connection that is not started yet, as those of the port.
    void accept(std::shared_ptr<net::Connection> connection);

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::size_t connections() const { return sessions_.size(); }

    /// Accepts no more connections and requests, waits for the answers in flight (stop_max at most), closes,
    /// then posts `done`. Once.
    void stop(Task done);

  private:
    friend class Http1Session;
    friend class Http2Session;
    /// The bytes are the first of the connection.
    void speak_http2(const std::shared_ptr<ServerSession>& before,
                     std::shared_ptr<net::Connection> connection, std::string_view bytes);
    [[nodiscard]] Response refuse_body(const Request& head) const;
    void sweep();
    void remove(const std::shared_ptr<ServerSession>& session);
    void close_all();
    void finish_stop();

    net::Loop& loop_;
    ServerOptions options_;
    Handler handler_;
    std::unique_ptr<net::Listener> listener_;
    std::uint16_t port_ = 0;
    std::shared_ptr<const net::TlsContext> tls_;
    std::unordered_set<std::shared_ptr<ServerSession>> sessions_;
    TimerId sweep_timer_;
    TimerId stop_timer_;
    Task stopped_;
};

}  // namespace millrace::http
