#pragma once

#include <functional>
#include <utility>

namespace millrace::http {

/// Whether the client of one request still waits for its answer: for what must not be handed to somebody who
/// has gone. A client has gone when it reset the request or its connection, and also when it closed its side
/// of the connection: who may still read cannot be told from who has gone.
///
/// Lives on the connection's loop and is used only from there.
class ClientPresence {
  public:
    [[nodiscard]] bool gone() const { return gone_; }

    /// Called once, when the client goes; never when it has gone already, or when it was answered before.
    /// Replaces an earlier call. May answer the request.
    void on_gone(std::move_only_function<void()> call) { on_gone_ = std::move(call); }

    /// For the connection: the client has gone.
    void leave() {
        gone_ = true;
        if (auto call = std::exchange(on_gone_, nullptr)) call();
    }
    /// For the connection: the client is answered, and nobody is told of what it does now.
    void answered() { on_gone_ = nullptr; }

  private:
    bool gone_ = false;
    std::move_only_function<void()> on_gone_;
};

}  // namespace millrace::http
