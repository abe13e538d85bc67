#pragma once

#include <functional>
#include <memory>

#include "base/executor.h"

namespace millrace {

/// Runs asynchronous jobs one after another, in the order given: a job that decides on state and commits
/// before it changes that state sees no other's half-done change. Home executor only.
class SerialTasks {
  public:
    /// Gets what to call, once, when the job is finished; that may be inside the job.
    using Job = std::move_only_function<void(Task finished)>;

    SerialTasks();
    /// May run the job at once. Jobs not yet begun when this is destroyed are dropped.
    void run(Job job);
    /// Drops the jobs not yet begun and forgets the running one.
    void clear();

  private:
    struct Queue;
    static void pump(const std::shared_ptr<Queue>& queue);

    std::shared_ptr<Queue> queue_;
};

}  // namespace millrace
