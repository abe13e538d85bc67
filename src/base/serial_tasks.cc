#include "base/serial_tasks.h"

#include <deque>
#include <utility>

namespace millrace {

struct SerialTasks::Queue {
    std::deque<Job> jobs;
    bool busy = false;     ///< a job has begun and not finished
    bool pumping = false;  ///< jobs that finish at once must not nest
};

SerialTasks::SerialTasks() : queue_(std::make_shared<Queue>()) {}

void SerialTasks::run(Job job) {
    queue_->jobs.push_back(std::move(job));
    pump(queue_);
}

void SerialTasks::clear() {
    queue_ = std::make_shared<Queue>();
}

void SerialTasks::pump(const std::shared_ptr<Queue>& queue) {
    if (std::exchange(queue->pumping, true)) return;
    while (!queue->busy && !queue->jobs.empty()) {
        Job job = std::move(queue->jobs.front());
        queue->jobs.pop_front();
        queue->busy = true;
        job([weak = std::weak_ptr(queue)] {
            if (const auto alive = weak.lock()) {
                alive->busy = false;
                pump(alive);
            }
        });
    }
    queue->pumping = false;
}

}  // namespace millrace
