#pragma once

#include <cstdint>

#include "net/fd.h"
#include "net/loop.h"

namespace millrace::net {

/// Owns a non-blocking descriptor and tells the handler, edge-triggered, what it becomes: after a call the
/// handler reads or writes until the system says EAGAIN, or remembers that it did not. Told once at the
/// start.
class Watch {
  public:
    Watch() = default;
    Watch(Loop& loop, OwnedFd fd, ReadyHandler& handler) { open(loop, std::move(fd), handler); }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch() { close(); }

    [[nodiscard]] int fd() const { return fd_.get(); }
    [[nodiscard]] explicit operator bool() const { return static_cast<bool>(fd_); }

    /// Only while it is closed.
    void open(Loop& loop, OwnedFd fd, ReadyHandler& handler) {
        loop_ = &loop;
        fd_ = std::move(fd);
        key_ = loop.add(fd_.get(), handler);
    }

    /// The handler hears nothing more.
    void close() { const OwnedFd closed = detach(); }

    /// As close(), and gives the descriptor away.
    [[nodiscard]] OwnedFd detach() {
        if (fd_) loop_->remove(fd_.get(), key_);
        return std::move(fd_);
    }

  private:
    Loop* loop_ = nullptr;
    OwnedFd fd_;
    std::uint64_t key_ = 0;
};

}  // namespace millrace::net
