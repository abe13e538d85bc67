#include "net/connection.h"

#include <array>
#include <cerrno>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "net/address.h"

namespace millrace::net {
namespace {

constexpr int kReadsPerTurn = 16;  // then others get their turn
constexpr std::size_t kPartsPerSend = 64;

}  // namespace

std::shared_ptr<Connection> Connection::adopt(Loop& loop, OwnedFd socket) {
    return std::make_shared<Connection>(loop, std::move(socket));
}

Connection::Connection(Loop& loop, OwnedFd socket) : loop_(loop), watch_(loop, std::move(socket), *this) {
    const int on = 1;
    ::setsockopt(watch_.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

std::string Connection::peer_address() const {
    Address peer;
    peer.size = sizeof peer.storage;
    std::array<char, NI_MAXHOST> host{};
    if (!watch_ || ::getpeername(watch_.fd(), peer.get(), &peer.size) != 0 ||
        ::getnameinfo(peer.get(), peer.size, host.data(), host.size(), nullptr, 0, NI_NUMERICHOST) != 0) {
        return {};
    }
    return host.data();
}

void Connection::start(Callbacks callbacks) {
    callbacks_ = std::move(callbacks);
    resume_reading();
}

void Connection::write(std::string bytes) {
    write(std::move(bytes), SharedBytes(), {});
}

void Connection::write(std::string head, std::string body) {
    write(std::move(head), SharedBytes(), std::move(body));
}

void Connection::write(std::string head, SharedBytes middle, std::string tail) {
    if (!open()) return;
    if (tls_) {
        if (head.size() + middle.size() + tail.size() <= kTlsRecordBytesMax) {
            tls_->write(head.append(middle.view()).append(tail));  // one record, not three
        } else {
            for (const std::string_view part :
                 {std::string_view(head), middle.view(), std::string_view(tail)})
                tls_->write(part);
        }
        push_encrypted();
    } else {
        push({.own = std::move(head), .shared = {}});
        push({.own = {}, .shared = std::move(middle)});
        push({.own = std::move(tail), .shared = {}});
    }
    if (corked_) return;
    flush();
    filled_ = unsent_ > kDrainedBytes;
}

void Connection::push(Part part) {
    const std::size_t size = part.view().size();
    if (size == 0) return;
    unsent_ += size;
    filled_ |= unsent_ > kDrainedBytes;
    outbox_.push_back(std::move(part));
}

void Connection::push_encrypted() {
    push({.own = tls_->take_output(), .shared = {}});
}

void Connection::resume_reading() {
    paused_ = false;
    read_later();
}

void Connection::read_later() {
    if (!can_read_ || at_end_) return;
    loop_.post([weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->read_some();
    });
}

void Connection::close() {
    const auto self = shared_from_this();  // the timer's task, or a callback, may be the last owner
    callbacks_ = {};
    outbox_.clear();
    unsent_ = 0;
    watch_.close();
    if (lingering_) loop_.cancel(linger_timer_);
}

void Connection::close_gracefully() {
    if (!open()) return;
    callbacks_ = {};
    lingering_ = true;
    linger_timer_ = loop_.run_after(kLingerMax, [self = shared_from_this()] { self->close(); });
    paused_ = choked_ = false;
    if (tls_) {
        tls_->end();
        push_encrypted();
    }
    flush();
    read_later();
}

void Connection::on_ready(Ready ready) {
    const auto self = shared_from_this();
    hangup_ |= ready.hangup;
    can_read_ |= ready.readable;
    if (ready.writable) {
        can_write_ = true;
        flush();
        tell_drained();
    }
    if (ready.readable) read_some();
}

void Connection::read_some() {
    const auto self = shared_from_this();
    const auto scratch = loop_.scratch();
    for (int i = 0; i < kReadsPerTurn; ++i) {
        if (!watch_ || paused_ || choked_ || !can_read_ || at_end_) return;
        const ssize_t got = ::recv(watch_.fd(), scratch.data(), scratch.size(), 0);
        if (got < 0) {
            if (errno == EINTR) continue;
            can_read_ = false;
            if (errno != EAGAIN) broke("read from the peer", errno);
            return;
        }
        if (got == 0) {
            at_end_ = true;
            ended({});
            return;
        }
        // A short read has emptied the socket; the next bytes raise a new edge, an end that is there already
        // does not.
        can_read_ = static_cast<std::size_t>(got) == scratch.size() || hangup_;
        received({scratch.data(), static_cast<std::size_t>(got)});
    }
    read_later();
}

void Connection::received(std::string_view bytes) {
    if (tls_offer_) {
        const auto context = std::exchange(tls_offer_, nullptr);
        if (bytes.front() == kTlsFirstByte) tls_ = std::make_unique<TlsStream>(*context);
    }
    if (!tls_) {
        if (callbacks_.on_read) deliver(bytes);
        return;
    }
    tls_->receive(bytes);
    deliver_decrypted();
}

/// All that one read held, so that none waits for the next: no more than kScratchBytes, which pausing does
/// not hold back.
void Connection::deliver_decrypted() {
    const auto scratch = loop_.scratch();  // what was received is with OpenSSL by now
    while (watch_) {
        const std::size_t size = tls_->read(scratch.data(), scratch.size());
        push_encrypted();  // of the handshake
        if (size == 0) break;
        if (callbacks_.on_read) deliver({scratch.data(), size});
    }
    flush();
    if (!watch_ || at_end_ || tls_->state() == TlsStream::State::kOpen) return;
    at_end_ = true;
    if (tls_->state() == TlsStream::State::kEnded) return ended({});
    broke("speak TLS with the peer: " + tls_->failure(), EPROTO);
}

void Connection::deliver(std::string_view bytes) {
    auto on_read = std::move(callbacks_.on_read);  // a close from inside must not destroy what is running
    corked_ = true;
    on_read(bytes);
    corked_ = false;
    if (open() && !callbacks_.on_read) callbacks_.on_read = std::move(on_read);  // unless started anew
    flush();
    tell_drained();
}

void Connection::flush() {
    while (watch_ && can_write_ && unsent_ > 0) {
        if (!send_once()) break;
    }
    if (unsent_ > kUnsentBytesMax && !lingering_) {
        choked_ = true;
    } else if (choked_ && unsent_ <= kUnsentBytesMax / 2) {
        choked_ = false;
        read_later();
    }
    if (lingering_ && watch_ && unsent_ == 0) finish_writing();
}

/// Never from inside write(): its caller sees what is unsent.
void Connection::tell_drained() {
    if (!filled_ || unsent_ > kDrainedBytes) return;
    filled_ = false;
    auto on_drained = std::exchange(callbacks_.on_drained, nullptr);  // as in deliver()
    if (!on_drained) return;
    on_drained();
    if (open()) callbacks_.on_drained = std::move(on_drained);
}

bool Connection::send_once() {
    std::array<iovec, kPartsPerSend> parts;
    std::size_t count = 0;
    std::size_t bytes = 0;
    for (const Part& part : outbox_) {
        if (count == kPartsPerSend) break;
        const std::string_view rest = part.view().substr(count == 0 ? front_sent_ : 0);
        parts[count++] = {const_cast<char*>(rest.data()), rest.size()};  // sendmsg only reads
        bytes += rest.size();
    }
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = count;
    const ssize_t sent = ::sendmsg(watch_.fd(), &message, MSG_NOSIGNAL);
    if (sent < 0) {
        if (errno == EINTR) return true;
        can_write_ = false;
        if (errno != EAGAIN) broke("write to the peer", errno);
        return false;
    }
    drop_sent(static_cast<std::size_t>(sent));
    can_write_ = static_cast<std::size_t>(sent) == bytes;
    return can_write_;
}

void Connection::drop_sent(std::size_t bytes) {
    unsent_ -= bytes;
    while (bytes > 0) {
        const std::size_t left = outbox_.front().view().size() - front_sent_;
        if (bytes < left) {
            front_sent_ += bytes;
            return;
        }
        bytes -= left;
        front_sent_ = 0;
        outbox_.pop_front();
    }
}

void Connection::finish_writing() {
    ::shutdown(watch_.fd(), SHUT_WR);
    if (at_end_) close();
}

void Connection::broke(std::string what, int errno_value) {
    watch_.close();
    outbox_.clear();
    unsent_ = 0;
    // Never from inside write(): its caller is not ready to be called.
    loop_.post([weak = weak_from_this(), reason = fail_errno(std::move(what), errno_value)]() mutable {
        if (const auto self = weak.lock()) self->ended(std::move(reason));
    });
}

void Connection::ended(Result<> reason) {
    if (lingering_) {
        if (!reason || unsent_ == 0) close();
        return;
    }
    auto on_end = std::exchange(callbacks_.on_end, nullptr);
    if (on_end) on_end(std::move(reason));
}

}  // namespace millrace::net
