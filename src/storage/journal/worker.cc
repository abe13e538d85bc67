#include "storage/journal/worker.h"

#include <pthread.h>
#include <utility>

namespace millrace::storage {

ThreadWorker::ThreadWorker(const std::string& name) : thread_([this] { run(); }) {
    pthread_setname_np(thread_.native_handle(), name.c_str());
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
