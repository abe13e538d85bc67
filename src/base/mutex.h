#pragma once

#include <chrono>
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
    friend class ConditionVariable;
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

/// Waits on a Mutex. std::condition_variable_any would take a second mutex at each wait and notification.
class ConditionVariable {
  public:
    /// May wake without a notification.
    void wait(Mutex& mutex) REQUIRES(mutex) {
        std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
        condition_.wait(lock);
        lock.release();
    }
    std::cv_status wait_until(Mutex& mutex, std::chrono::steady_clock::time_point until) REQUIRES(mutex) {
        std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
        const std::cv_status status = condition_.wait_until(lock, until);
        lock.release();
        return status;
    }
    void notify_one() { condition_.notify_one(); }
    void notify_all() { condition_.notify_all(); }

  private:
    std::condition_variable condition_;
};

}  // namespace millrace
