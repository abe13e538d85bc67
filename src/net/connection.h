#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/shared_bytes.h"
#include "base/time.h"
#include "base/units.h"
#include "net/tls.h"
#include "net/watch.h"

namespace millrace::net {

/// Above this much output that the peer has not taken, a connection stops reading, until half of it is gone.
inline constexpr std::size_t kUnsentBytesMax = 4_MiB;
/// Who streams is told when no more than this is unsent.
inline constexpr std::size_t kDrainedBytes = 64_KiB;
/// How long a gracefully closed connection waits for the peer to take the rest and to close its side.
inline constexpr Milliseconds kLingerMax{2000};

/// A stream of bytes to a peer (TCP_NODELAY set). Lives on its loop, is used only from there, and is held by
/// a shared_ptr: dropping the last one closes it at once.
class Connection final : public std::enable_shared_from_this<Connection>, private ReadyHandler {
  public:
    struct Callbacks {
        /// The bytes are gone when it returns.
        std::move_only_function<void(std::string_view bytes)> on_read;
        /// Once: the peer sends no more (a value; writing is still possible), or the connection broke (an
        /// error). Not called after close() or close_gracefully().
        std::move_only_function<void(Result<> reason)> on_end;
        /// The peer has taken what was written, down to kDrainedBytes or less, after there was more. For who
        /// writes without being asked.
        std::move_only_function<void()> on_drained = nullptr;
    };

    /// Takes over a connected, non-blocking socket. Silent until start().
    static std::shared_ptr<Connection> adopt(Loop& loop, OwnedFd socket);
    Connection(Loop& loop, OwnedFd socket);

    /// Before start(): a peer whose first byte is that of TLS is spoken TLS with, all others plainly.
    void offer_tls(std::shared_ptr<const TlsContext> context) { tls_offer_ = std::move(context); }

    /// Again: what comes from now on goes to others, also from inside on_read.
    void start(Callbacks callbacks);

    /// Queues the bytes and sends what the system takes. Never calls back from inside; ignored after an end
    /// with an error or a close.
    void write(std::string bytes);
    /// The two parts leave in one system call.
    void write(std::string head, std::string body);
    /// The same with a middle that is not copied.
    void write(std::string head, SharedBytes middle, std::string tail);

    void pause_reading() { paused_ = true; }
    void resume_reading();

    /// At once; what was not sent is dropped.
    void close();
    /// Sends the rest, tells the peer, and discards what still arrives until it closes or kLingerMax passed,
    /// so that the peer gets to read our last words. Keeps itself alive meanwhile.
    void close_gracefully();

    /// Numeric, without the port: "127.0.0.1". Empty when the connection is gone.
    [[nodiscard]] std::string peer_address() const;
    [[nodiscard]] std::size_t unsent_bytes() const { return unsent_; }
    /// Whether the peer chose TLS; known when the first bytes are read.
    [[nodiscard]] bool secure() const { return tls_ != nullptr; }
    /// TLS was begun and is not agreed on yet.
    [[nodiscard]] bool in_handshake() const { return tls_ && !tls_->established(); }
    [[nodiscard]] bool open() const { return static_cast<bool>(watch_) && !lingering_; }

  private:
    /// What waits to be sent: bytes of our own or shared ones.
    struct Part {
        std::string own;
        SharedBytes shared;
        [[nodiscard]] std::string_view view() const { return own.empty() ? shared.view() : own; }
    };

    void push(Part part);
    void push_encrypted();
    void received(std::string_view bytes);
    void deliver_decrypted();
    void on_ready(Ready ready) override;
    void read_some();
    void read_later();
    void deliver(std::string_view bytes);
    void flush();
    [[nodiscard]] bool send_once();
    void drop_sent(std::size_t bytes);
    void tell_drained();
    void finish_writing();
    void broke(std::string what, int errno_value);
    void ended(Result<> reason);

    Loop& loop_;
    Watch watch_;
    Callbacks callbacks_;
    std::shared_ptr<const TlsContext> tls_offer_;  ///< until the first byte
    std::unique_ptr<TlsStream> tls_;
    std::deque<Part> outbox_;
    std::size_t front_sent_ = 0;  ///< of outbox_.front()
    std::size_t unsent_ = 0;
    bool can_read_ = false;
    bool can_write_ = true;
    bool hangup_ = false;
    bool at_end_ = false;  ///< the peer sends no more
    bool paused_ = true;   ///< until start()
    bool choked_ = false;  ///< too much unsent
    bool filled_ = false;  ///< more than kDrainedBytes are unsent, which on_drained has to end
    bool corked_ = false;  ///< inside on_read: answers leave together
    bool lingering_ = false;
    TimerId linger_timer_;
};

}  // namespace millrace::net
