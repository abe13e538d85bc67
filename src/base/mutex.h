#pragma once

#include <condition_variable>
#include <mutex>

#define MILLRACE_THREAD_ATTRIBUTE(x) __attribute__((x))
#define GUARDED_BY(mutex) MILLRACE_THREAD_ATTRIBUTE(guarded_by(mutex))
#define REQUIRES(mutex) MILLRACE_THREAD_ATTRIBUTE(requires_capability(mutex))

namespace millrace {

/// std::mutex, known to the compiler's thread-safety analysis: members say GUARDED_BY(mutex_).
class MILLRACE_THREAD_ATTRIBUTE(capability("mutex")) Mutex {
  public:
    void lock() MILLRACE_THREAD_ATTRIBUTE(acquire_capability()) { mutex_.lock(); }
    void unlock() MILLRACE_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }

  private:
    std::mutex mutex_;
};

/// Holds the mutex for its scope.
class MILLRACE_THREAD_ATTRIBUTE(scoped_lockable) MutexLock {
  public:
    explicit MutexLock(Mutex& mutex) MILLRACE_THREAD_ATTRIBUTE(acquire_capability(mutex)) : mutex_(mutex) {
        mutex_.lock();
    }
    ~MutexLock() MILLRACE_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }
    MutexLock(const MutexLock&) = delete;
    MutexLock& operator=(const MutexLock&) = delete;

  private:
    Mutex& mutex_;
};

/// Waits on a Mutex: condition.wait(mutex) while it is held.
using ConditionVariable = std::condition_variable_any;

}  // namespace millrace
