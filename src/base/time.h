#pragma once

#include <chrono>
#include <cstdint>

namespace millrace {

using Milliseconds = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;

/// Milliseconds since 1970-01-01 UTC: what AWS's timestamps and the log's frames carry.
using WallTime = std::chrono::sys_time<Milliseconds>;

/// For deadlines and durations; never goes backwards.
using MonotonicTime = std::chrono::steady_clock::time_point;

[[nodiscard]] inline std::int64_t to_millis(WallTime t) {
    return t.time_since_epoch().count();
}
[[nodiscard]] inline WallTime from_millis(std::int64_t millis) {
    return WallTime{Milliseconds{millis}};
}

/// Time is an argument: production passes SystemClock, tests and the simulation pass ManualClock.
/// Implementations may be called from any thread.
class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual WallTime now() const = 0;
    [[nodiscard]] virtual MonotonicTime monotonic() const = 0;
};

class SystemClock final : public Clock {
  public:
    [[nodiscard]] WallTime now() const override;
    [[nodiscard]] MonotonicTime monotonic() const override;
};

/// Moves only when told to. Not thread-safe.
class ManualClock final : public Clock {
  public:
    explicit ManualClock(WallTime start = from_millis(1'700'000'000'000)) : now_(start) {}
    [[nodiscard]] WallTime now() const override { return now_; }
    [[nodiscard]] MonotonicTime monotonic() const override { return monotonic_; }
    void advance(Milliseconds by) {
        now_ += by;
        monotonic_ += by;
    }

  private:
    WallTime now_;
    MonotonicTime monotonic_{};
};

}  // namespace millrace
