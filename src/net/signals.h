#pragma once

#include <functional>
#include <initializer_list>
#include <vector>

#include "net/watch.h"

namespace millrace::net {

/// Turns signals into calls on a loop, and ignores SIGPIPE. One object a process at a time; the default
/// handling is back when it goes. Child processes start with default handling (net/process.h).
class Signals final : private ReadyHandler {
  public:
    using OnSignal = std::move_only_function<void(int signal)>;

    Signals(Loop& loop, std::initializer_list<int> signals, OnSignal on_signal);
    ~Signals();

  private:
    void on_ready(Ready ready) override;

    std::vector<int> signals_;
    OnSignal on_signal_;
    OwnedFd write_end_;
    Watch read_end_;
};

}  // namespace millrace::net
