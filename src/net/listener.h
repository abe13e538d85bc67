#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/error.h"
#include "net/connection.h"
#include "net/watch.h"

namespace millrace::net {

/// Accepts connections for one address. Used from its loop only; destroying it stops listening.
class Listener final : private ReadyHandler {
  public:
    using OnAccept = std::move_only_function<void(std::shared_ptr<Connection>)>;

    /// Port 0 takes any free one. The error is a sentence for the person who chose host and port.
    static Result<std::unique_ptr<Listener>> open(Loop& loop, const std::string& host, std::uint16_t port,
                                                  OnAccept on_accept);
    Listener(Loop& loop, OwnedFd socket, std::uint16_t port, OnAccept on_accept);
    ~Listener();

    [[nodiscard]] std::uint16_t port() const { return port_; }

    /// While paused, new connections wait in the system's queue.
    void pause() { paused_ = true; }
    void resume();

  private:
    void on_ready(Ready ready) override;
    void accept_some();
    void accept_later(Milliseconds delay);

    Loop& loop_;
    std::uint16_t port_;
    OnAccept on_accept_;
    bool paused_ = false;
    bool out_of_descriptors_ = false;
    TimerId retry_;
    Watch watch_;  // last: may call back once it is there
};

}  // namespace millrace::net
