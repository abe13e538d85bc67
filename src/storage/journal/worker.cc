#include "storage/journal/worker.h"

#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

namespace millrace::storage {

namespace {

/// The calling thread gives way to others, yet goes on when they never rest: a tenth of a busy processor, and
/// the last of the turns at the disk. Where the system refuses it, it is no worse than before.
void give_way() {
    constexpr int kNice = 10;
    static_cast<void>(setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice));
    constexpr int kWhoProcess = 1;  // of linux/ioprio.h, which the C library has no call for
    constexpr int kBestEffortLast = (2 << 13) | 7;
    static_cast<void>(syscall(SYS_ioprio_set, kWhoProcess, gettid(), kBestEffortLast));
}

}  // namespace

ThreadWorker::ThreadWorker(const std::string& name, WorkerPriority priority)
    : thread_([this, priority] {
          if (priority == WorkerPriority::kBackground) give_way();
          run();
      }) {
    pthread_setname_np(thread_.native_handle(), name.c_str());
}

std::unique_ptr<Worker> start_thread_worker(const std::string& name, WorkerPriority priority) {
    return std::make_unique<ThreadWorker>(name, priority);
}

ThreadWorker::~ThreadWorker() {
    {
        const MutexLock lock{mutex_};
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void ThreadWorker::submit(Task task) {
    {
        const MutexLock lock{mutex_};
        tasks_.push_back(std::move(task));
    }
    wake_.notify_one();
}

void ThreadWorker::run() {
    for (;;) {
        Task task;
        {
            const MutexLock lock{mutex_};
            while (tasks_.empty() && !stopping_) wake_.wait(mutex_);
            if (tasks_.empty()) return;
            task = std::move(tasks_.front());
            tasks_.pop_front();
        }
        task();
    }
}

}  // namespace millrace::storage
