#pragma once

#include <cstdint>
#include <functional>

#include "base/strong.h"
#include "base/time.h"

namespace millrace {

/// A piece of work that runs once.
using Task = std::move_only_function<void()>;

using TimerId = Strong<std::uint64_t, struct TimerIdTag>;

/// Where a state machine lives: tasks run one after another, in the order posted, never inside the call that
/// posts them. A stream, queue or function belongs to one executor (its home), is touched only from there,
/// and so needs no locks. Production: net/loop.h. Tests: ManualExecutor.
///
/// post() may be called from any thread; the timer calls only from the executor's own tasks.
class Executor {
  public:
    virtual ~Executor() = default;
    virtual void post(Task task) = 0;
    /// Runs the task at or soon after `when`. The returned id is never reused and never 0.
    virtual TimerId run_at(MonotonicTime when, Task task) = 0;
    /// A timer that has run, or was cancelled, is ignored.
    virtual void cancel(TimerId timer) = 0;
};

}  // namespace millrace
