#include "net/listener.h"

#include <cerrno>
#include <sys/socket.h>

#include "base/log.h"
#include "net/address.h"

namespace millrace::net {
namespace {

constexpr int kBacklog = 1024;
constexpr int kAcceptsPerTurn = 64;
/// Before trying again when the process is out of descriptors: nothing tells when there are some again.
constexpr Milliseconds kRetryDelay{100};

std::unexpected<Error> explain(const std::string& host, std::uint16_t port, int errno_value) {
    const std::string number = std::to_string(port);
    switch (errno_value) {
        case EADDRINUSE:
            return fail(ErrorCode::kUnavailable,
                        "port " + number + " on " + host +
                            " is in use by another program; choose another with --port");
        case EACCES:
            return fail(ErrorCode::kUnavailable,
                        "port " + number + " is reserved for root; choose one above 1023 with --port");
        case EADDRNOTAVAIL:
            return fail(ErrorCode::kInvalidArgument,
                        host + " is not an address of this machine; choose another with --host");
        default:
            return fail_errno("listen on port " + number + " of " + host, errno_value);
    }
}

Result<OwnedFd> listen_on(const Address& address, const std::string& host, std::uint16_t port) {
    OwnedFd socket(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int on = 1;
    if (!socket || ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        ::bind(socket.get(), address.get(), address.size) != 0 || ::listen(socket.get(), kBacklog) != 0) {
        return explain(host, port, errno);
    }
    return socket;
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(Loop& loop, const std::string& host, std::uint16_t port,
                                                 OnAccept on_accept) {
    const auto addresses = resolve(host, port);
    if (!addresses) return std::unexpected(addresses.error());
    auto socket = listen_on(addresses->front(), host, port);
    if (!socket) return std::unexpected(socket.error());
    Address bound;
    bound.size = sizeof bound.storage;
    if (::getsockname(socket->get(), bound.get(), &bound.size) != 0) return explain(host, port, errno);
    return std::make_unique<Listener>(loop, std::move(*socket), bound.port(), std::move(on_accept));
}

Listener::Listener(Loop& loop, OwnedFd socket, std::uint16_t port, OnAccept on_accept)
    : loop_(loop), port_(port), on_accept_(std::move(on_accept)), watch_(loop, std::move(socket), *this) {}

Listener::~Listener() {
    loop_.cancel(retry_);
}

void Listener::resume() {
    if (!std::exchange(paused_, false)) return;
    accept_later(Milliseconds{0});
}

void Listener::on_ready(Ready) {
    accept_some();
}

void Listener::accept_later(Milliseconds delay) {
    loop_.cancel(retry_);
    retry_ = loop_.run_after(delay, [this] { accept_some(); });
}

void Listener::accept_some() {
    for (int i = 0; i < kAcceptsPerTurn; ++i) {
        if (paused_) return;
        OwnedFd socket(::accept4(watch_.fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (socket) {
            out_of_descriptors_ = false;
            on_accept_(Connection::adopt(loop_, std::move(socket)));
            continue;
        }
        if (errno == EAGAIN) return;
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            if (!std::exchange(out_of_descriptors_, true)) {
                log(LogLevel::kWarn,
                    "cannot accept connections: out of file descriptors; raise the limit with ulimit -n");
            }
            accept_later(kRetryDelay);
            return;
        }
        // Anything else concerns that one connection, which was gone before it was accepted.
    }
    accept_later(Milliseconds{0});
}

}  // namespace millrace::net
