#pragma once

#include <thread>

#include "net/loop.h"

namespace millrace::app {

/// An executor with a thread of its own, for slow work that must not hold up the home executor: reading and
/// unpacking code.
class Background {
  public:
    Background() : thread_([this] { loop_.run(); }) {}
    /// Finishes the piece of work it is at; what is queued behind is dropped.
    ~Background() {
        loop_.stop();
        thread_.join();
    }
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

    [[nodiscard]] Executor& executor() { return loop_; }

  private:
    net::Loop loop_;
    std::thread thread_;
};

}  // namespace millrace::app
