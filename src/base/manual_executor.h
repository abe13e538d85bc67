#pragma once

#include <deque>
#include <map>
#include <utility>

#include "base/executor.h"

namespace millrace {

/// Virtual time: runs posted tasks when told to, timers when the clock is moved past them. Not thread-safe.
class ManualExecutor final : public Executor {
  public:
    /// The clock must outlive the executor.
    explicit ManualExecutor(ManualClock& clock) : clock_(clock) {}

    void post(Task task) override { ready_.push_back(std::move(task)); }
    TimerId run_at(MonotonicTime when, Task task) override;
    void cancel(TimerId timer) override;

    /// Runs everything that is ready, and what that makes ready.
    void run_ready();
    /// Moves time forward step by step, so that each timer sees the time it was set for.
    void advance(Milliseconds by);
    [[nodiscard]] bool idle() const { return ready_.empty() && timers_.empty(); }

  private:
    ManualClock& clock_;
    std::deque<Task> ready_;
    std::map<std::pair<MonotonicTime, TimerId>, Task> timers_;
    std::uint64_t last_timer_ = 0;
};

}  // namespace millrace
