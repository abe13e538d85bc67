#include "base/manual_executor.h"

#include <algorithm>

namespace millrace {

TimerId ManualExecutor::run_at(MonotonicTime when, Task task) {
    const TimerId id{++last_timer_};
    timers_.emplace(std::pair{when, id}, std::move(task));
    return id;
}

void ManualExecutor::cancel(TimerId timer) {
    std::erase_if(timers_, [&](const auto& entry) { return entry.first.second == timer; });
}

void ManualExecutor::run_ready() {
    for (;;) {
        while (!timers_.empty() && timers_.begin()->first.first <= clock_.monotonic()) {
            ready_.push_back(std::move(timers_.extract(timers_.begin()).mapped()));
        }
        if (ready_.empty()) return;
        Task task = std::move(ready_.front());
        ready_.pop_front();
        task();
    }
}

void ManualExecutor::advance(Milliseconds by) {
    const MonotonicTime end = clock_.monotonic() + by;
    run_ready();
    while (!timers_.empty() && timers_.begin()->first.first <= end) {
        const auto step = std::chrono::ceil<Milliseconds>(timers_.begin()->first.first - clock_.monotonic());
        clock_.advance(std::max(step, Milliseconds{0}));
        run_ready();
    }
    const auto rest = std::chrono::duration_cast<Milliseconds>(end - clock_.monotonic());
    if (rest.count() > 0) clock_.advance(rest);
    run_ready();
}

}  // namespace millrace
