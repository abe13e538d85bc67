#pragma once

#include <algorithm>
#include <chrono>

#include "base/time.h"
#include "services/kinesis/rates.h"

namespace millrace::kinesis {

/// A bucket of tokens that are there again after a while. It knows only when it will be full: until then the
/// tokens that come in the time between are missing. Full from the start.
class TokenBucket {
  public:
    [[nodiscard]] bool has(std::int64_t tokens, const Rate& rate, MonotonicTime now) const {
        return std::max(full_at_, now) + time_for(tokens, rate) <= now + time_for(rate.burst, rate);
    }
    /// More than there are: what is missing must come first.
    void take(std::int64_t tokens, const Rate& rate, MonotonicTime now) {
        full_at_ = std::max(full_at_, now) + time_for(tokens, rate);
    }
    [[nodiscard]] bool try_take(std::int64_t tokens, const Rate& rate, MonotonicTime now) {
        if (!has(tokens, rate, now)) return false;
        take(tokens, rate, now);
        return true;
    }
    /// When there is a token again; may be past.
    [[nodiscard]] MonotonicTime next(const Rate& rate) const {
        return full_at_ + time_for(1, rate) - time_for(rate.burst, rate);
    }
    [[nodiscard]] bool full(MonotonicTime now) const { return full_at_ <= now; }

  private:
    /// Rounded down, which is nothing but for rates above one a nanosecond. At most 10 MiB: no overflow.
    static std::chrono::nanoseconds time_for(std::int64_t tokens, const Rate& rate) {
        constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
        return std::chrono::nanoseconds{tokens * kNanosPerSecond / rate.per_second};
    }

    MonotonicTime full_at_{};
};

}  // namespace millrace::kinesis
