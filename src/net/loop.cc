#include "net/loop.h"

#include <algorithm>
#include <array>
#include <climits>
#include <sys/epoll.h>

#include "base/assert.h"

namespace millrace::net {
namespace {

constexpr int kEventsPerPoll = 128;
constexpr std::uint64_t kInboxKey = 0;

constexpr std::uint64_t make_key(std::uint32_t slot, std::uint32_t generation) {
    return (std::uint64_t{generation} << 32) | slot;
}

}  // namespace

Loop::Loop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)), slots_(1), scratch_(kScratchBytes) {
    epoll_event event{.events = EPOLLIN, .data = {.u64 = kInboxKey}};
    MILLRACE_ASSERT(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, inbox_->wake_fd(), &event) == 0);
}

Loop::~Loop() {
    inbox_->shut();
    // Tasks own connections and processes that unregister themselves, and may post or set timers as they go.
    running_.clear();
    std::vector<Task> posted;
    inbox_->take(posted);
    posted.clear();
    while (!timers_.empty()) {
        const auto timers = std::exchange(timers_, {});
        timer_times_.clear();
    }
}

TimerId Loop::run_at(MonotonicTime when, Task task) {
    const TimerId id{++last_timer_};
    timers_.emplace(std::pair{when, id}, std::move(task));
    timer_times_.emplace(id, when);
    return id;
}

TimerId Loop::run_after(Milliseconds delay, Task task) {
    return run_at(std::chrono::steady_clock::now() + delay, std::move(task));
}

void Loop::cancel(TimerId timer) {
    const auto found = timer_times_.find(timer);
    if (found == timer_times_.end()) return;
    const auto key = std::pair{found->second, timer};
    timer_times_.erase(found);
    // Destroyed last: what the task owns may cancel other timers.
    const auto node = timers_.extract(key);
}

void Loop::run() {
    while (!stopping_.load(std::memory_order_acquire)) {
        poll();
        run_posted();
        run_due_timers();
    }
    stopping_.store(false, std::memory_order_release);
}

void Loop::stop() {
    stopping_.store(true, std::memory_order_release);
    post([] {});
}

void Loop::run_posted() {
    inbox_->take(running_);
    for (Task& task : running_) {
        Task once = std::move(task);  // what it owns goes before the next one runs
        once();
    }
    running_.clear();
}

void Loop::run_due_timers() {
    if (timers_.empty()) return;
    const auto now = std::chrono::steady_clock::now();
    // Bounded, so that a timer that sets the next one in the past does not starve the descriptors.
    for (std::size_t left = timers_.size(); left > 0 && !timers_.empty(); --left) {
        if (timers_.begin()->first.first > now) return;
        auto node = timers_.extract(timers_.begin());
        timer_times_.erase(node.key().second);
        node.mapped()();
    }
}

int Loop::poll_timeout_ms() const {
    if (timers_.empty()) return -1;
    const auto wait = timers_.begin()->first.first - std::chrono::steady_clock::now();
    if (wait <= wait.zero()) return 0;
    // Rounded up: waking early would spin until the timer is due.
    return static_cast<int>(std::min<std::int64_t>(std::chrono::ceil<Milliseconds>(wait).count(), INT_MAX));
}

void Loop::poll() {
    std::array<epoll_event, kEventsPerPoll> events;
    const int timeout = inbox_->may_sleep() ? poll_timeout_ms() : 0;
    const int count = ::epoll_wait(epoll_.get(), events.data(), kEventsPerPoll, timeout);
    inbox_->awake();
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        const auto slot = static_cast<std::uint32_t>(event.data.u64);
        const auto generation = static_cast<std::uint32_t>(event.data.u64 >> 32);
        // A handler that ran just now may have removed this one.
        if (slot == 0 || slots_[slot].generation != generation || !slots_[slot].handler) continue;
        const bool hangup = (event.events & (EPOLLHUP | EPOLLRDHUP | EPOLLERR)) != 0;
        slots_[slot].handler->on_ready({.readable = hangup || (event.events & EPOLLIN) != 0,
                                        .writable = hangup || (event.events & EPOLLOUT) != 0,
                                        .hangup = hangup});
    }
}

std::uint64_t Loop::add(int fd, ReadyHandler& handler) {
    std::uint32_t slot = 0;
    if (free_slots_.empty()) {
        slot = static_cast<std::uint32_t>(slots_.size());
        slots_.emplace_back();
    } else {
        slot = free_slots_.back();
        free_slots_.pop_back();
    }
    slots_[slot].handler = &handler;
    const std::uint64_t key = make_key(slot, slots_[slot].generation);
    epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.u64 = key}};
    MILLRACE_ASSERT(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0);
    return key;
}

void Loop::remove(int fd, std::uint64_t key) {
    const auto slot = static_cast<std::uint32_t>(key);
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
    slots_[slot].handler = nullptr;
    ++slots_[slot].generation;
    free_slots_.push_back(slot);
}

}  // namespace millrace::net
