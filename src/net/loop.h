#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/executor.h"
#include "base/units.h"
#include "net/fd.h"
#include "net/inbox.h"

namespace millrace::net {

/// What became of a descriptor since it was last told.
struct Ready {
    bool readable = false;
    bool writable = false;
    bool hangup = false;  ///< the other side closed, or an error is waiting to be read
};

class ReadyHandler {
  public:
    virtual void on_ready(Ready ready) = 0;

  protected:
    ~ReadyHandler() = default;
};

/// The executor of production: one thread runs it, and with it all sockets, timers and child processes
/// registered here. post() and stop() may be called from any thread, everything else only from the loop's own
/// tasks, or while it does not run. Must outlive whatever is registered with it.
///
/// Each turn runs what was posted before it, then due timers, then ready descriptors, so none starves
/// another.
class Loop final : public Executor {
  public:
    Loop();
    ~Loop() override;
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    void post(Task task) override { inbox_->post(std::move(task)); }
    TimerId run_at(MonotonicTime when, Task task) override;
    void cancel(TimerId timer) override;
    TimerId run_after(Milliseconds delay, Task task);

    /// Runs until stop(). May be called again afterwards; what was left then continues.
    void run();
    /// Lets run() return after the turn it is in.
    void stop();

    /// For helper threads that may outlive the loop.
    [[nodiscard]] std::shared_ptr<Inbox> inbox() const { return inbox_; }

    /// Room for one read, shared by all readers of the loop: valid until the reader's task returns.
    static constexpr std::size_t kScratchBytes = 64_KiB;
    [[nodiscard]] std::span<char> scratch() { return scratch_; }

  private:
    friend class Watch;
    struct Slot {
        ReadyHandler* handler = nullptr;
        std::uint32_t generation = 0;
    };

    std::uint64_t add(int fd, ReadyHandler& handler);
    void remove(int fd, std::uint64_t key);
    void run_posted();
    void run_due_timers();
    void poll();
    [[nodiscard]] int poll_timeout_ms() const;

    OwnedFd epoll_;
    std::shared_ptr<Inbox> inbox_ = std::make_shared<Inbox>();
    std::atomic<bool> stopping_ = false;
    std::vector<Task> running_;
    std::map<std::pair<MonotonicTime, TimerId>, Task> timers_;
    std::unordered_map<TimerId, MonotonicTime> timer_times_;
    std::uint64_t last_timer_ = 0;
    std::vector<Slot> slots_;  // slot 0 is the inbox
    std::vector<std::uint32_t> free_slots_;
    std::vector<char> scratch_;
};

}  // namespace millrace::net
