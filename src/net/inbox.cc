#include "net/inbox.h"

#include <sys/eventfd.h>

#include "base/assert.h"

namespace millrace::net {

Inbox::Inbox() : wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    MILLRACE_ASSERT(wake_);  // only a process that is out of descriptors at its very start gets here
}

void Inbox::post(Task task) {
    bool wake = false;
    {
        const MutexLock lock(mutex_);
        if (shut_) return;
        tasks_.push_back(std::move(task));
        wake = sleeping_ && !signalled_;
        signalled_ |= wake;
    }
    if (wake) ::eventfd_write(wake_.get(), 1);
}

void Inbox::take(std::vector<Task>& tasks) {
    const MutexLock lock(mutex_);
    tasks.swap(tasks_);
}

bool Inbox::may_sleep() {
    const MutexLock lock(mutex_);
    sleeping_ = tasks_.empty();
    return sleeping_;
}

void Inbox::awake() {
    bool signalled = false;
    {
        const MutexLock lock(mutex_);
        sleeping_ = false;
        signalled = std::exchange(signalled_, false);
    }
    eventfd_t ignored = 0;
    if (signalled) ::eventfd_read(wake_.get(), &ignored);
}

void Inbox::shut() {
    const MutexLock lock(mutex_);
    shut_ = true;
}

}  // namespace millrace::net
