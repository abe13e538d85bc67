#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/executor.h"
#include "base/mutex.h"

namespace millrace::storage {

/// Runs tasks one after another, in the order submitted, off the home executor. submit() may be called from
/// any thread. Destruction runs everything that was submitted, then returns.
class Worker {
  public:
    virtual ~Worker() = default;
    virtual void submit(Task task) = 0;
};

enum class WorkerPriority {
    kNormal,
    kBackground,  ///< gives way to others at the processor and the disk
};

/// Production: one thread. Tests pass workers that run when they are told to.
class ThreadWorker final : public Worker {
  public:
    /// The name is what tools show; at most 15 characters.
    explicit ThreadWorker(const std::string& name, WorkerPriority priority = WorkerPriority::kNormal);
    ThreadWorker(const ThreadWorker&) = delete;
    ThreadWorker& operator=(const ThreadWorker&) = delete;
    ~ThreadWorker() override;
    void submit(Task task) override;

  private:
    void run();

    Mutex mutex_;
    ConditionVariable wake_;
    std::deque<Task> tasks_ GUARDED_BY(mutex_);
    bool stopping_ GUARDED_BY(mutex_) = false;
    std::thread thread_;
};

using StartWorker = std::function<std::unique_ptr<Worker>(const std::string& name, WorkerPriority priority)>;

std::unique_ptr<Worker> start_thread_worker(const std::string& name, WorkerPriority priority);

}  // namespace millrace::storage
