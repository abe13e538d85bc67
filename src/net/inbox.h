#pragma once

#include <vector>

#include "base/executor.h"
#include "base/mutex.h"
#include "net/fd.h"

namespace millrace::net {

/// Where any thread leaves work for a loop. Shared, so that a helper thread may outlive the loop: what
/// arrives after the loop's end is dropped.
///
/// A system call wakes the loop only when it sleeps, and once per sleep: a burst of posts costs one at most.
class Inbox {
  public:
    Inbox();

    void post(Task task);
    /// Takes all tasks into the empty vector.
    void take(std::vector<Task>& tasks);
    /// False when there is work. Otherwise the next post makes wake_fd() readable.
    [[nodiscard]] bool may_sleep();
    /// The loop is awake: posts need not wake it.
    void awake();
    /// Refuses all further tasks.
    void shut();
    [[nodiscard]] int wake_fd() const { return wake_.get(); }

  private:
    OwnedFd wake_;
    Mutex mutex_;
    std::vector<Task> tasks_ GUARDED_BY(mutex_);
    bool sleeping_ GUARDED_BY(mutex_) = false;
    bool signalled_ GUARDED_BY(mutex_) = false;
    bool shut_ GUARDED_BY(mutex_) = false;
};

}  // namespace millrace::net
