#include "net/connect.h"

#include <cerrno>
#include <sys/socket.h>
#include <thread>
#include <vector>

#include "net/address.h"
#include "net/watch.h"

namespace millrace::net {
namespace {

/// One call of connect(): tries address after address. Held by its timer until it is done.
class Attempt final : public std::enable_shared_from_this<Attempt>, private ReadyHandler {
  public:
    Attempt(Loop& loop, std::string place, OnConnected done)
        : loop_(loop), place_(std::move(place)), done_(std::move(done)) {}

    void start(Milliseconds timeout) {
        timer_ = loop_.run_after(timeout, [self = shared_from_this()] {
            self->finish(fail(ErrorCode::kUnavailable, "no answer from " + self->place_ + " in time"));
        });
    }

    void resolved(Result<std::vector<Address>> addresses) {
        if (!done_) return;
        if (!addresses) return finish(std::unexpected(addresses.error()));
        addresses_ = std::move(*addresses);
        try_next();
    }

  private:
    void try_next() {
        for (; next_ < addresses_.size(); ++next_) {
            const Address& address = addresses_[next_];
            OwnedFd socket(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
            if (socket &&
                (::connect(socket.get(), address.get(), address.size) == 0 || errno == EINPROGRESS)) {
                ++next_;
                watch_.open(loop_, std::move(socket), *this);
                return;
            }
            last_errno_ = errno;
        }
        finish(
            fail(ErrorCode::kUnavailable, fail_errno("connect to " + place_, last_errno_).error().message));
    }

    void on_ready(Ready ready) override {
        if (!ready.writable) return;
        const auto self = shared_from_this();
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(watch_.fd(), SOL_SOCKET, SO_ERROR, &error, &size);
        OwnedFd socket = watch_.detach();
        if (error == 0) return finish(Connection::adopt(loop_, std::move(socket)));
        last_errno_ = error;
        try_next();
    }

    void finish(Result<std::shared_ptr<Connection>> result) {
        watch_.close();
        loop_.post([done = std::exchange(done_, nullptr), result = std::move(result)]() mutable {
            done(std::move(result));
        });
        loop_.cancel(timer_);
    }

    Loop& loop_;
    std::string place_;
    OnConnected done_;
    TimerId timer_;
    std::vector<Address> addresses_;
    std::size_t next_ = 0;
    int last_errno_ = ECONNREFUSED;
    Watch watch_;
};

}  // namespace

void connect(Loop& loop, const std::string& host, std::uint16_t port, Milliseconds timeout,
             OnConnected done) {
    auto attempt = std::make_shared<Attempt>(loop, host + ":" + std::to_string(port), std::move(done));
    attempt->start(timeout);
    if (resolves_at_once(host)) return attempt->resolved(resolve(host, port));
    // The system's resolver blocks and cannot be interrupted; its thread may outlive the attempt and the
    // loop.
    std::thread([inbox = loop.inbox(), weak = std::weak_ptr(attempt), host, port] {
        inbox->post([weak, addresses = resolve(host, port)]() mutable {
            if (const auto self = weak.lock()) self->resolved(std::move(addresses));
        });
    }).detach();
}

}  // namespace millrace::net
