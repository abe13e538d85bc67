#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace millrace::bench {

/// Durations counted in buckets whose width grows with the value, as HdrHistogram's do: never off by more
/// than 1/1024 of the value, from a nanosecond to a day, in 400 KiB. Not thread-safe.
class Histogram {
  public:
    using Nanoseconds = std::chrono::nanoseconds;

    Histogram();

    /// Less than nothing counts as nothing, more than kLongest as kLongest.
    void record(Nanoseconds took);
    /// The smallest recorded duration that `share` (0 to 1) of all do not exceed, to the bucket's upper end;
    /// 0 without any.
    [[nodiscard]] Nanoseconds percentile(double share) const;
    [[nodiscard]] Nanoseconds mean() const;
    [[nodiscard]] Nanoseconds longest() const { return longest_; }
    [[nodiscard]] std::uint64_t count() const { return count_; }

    static constexpr Nanoseconds kLongest = std::chrono::hours{24};

  private:
    std::vector<std::uint64_t> buckets_;
    std::uint64_t count_ = 0;
    double sum_ns_ = 0;
    Nanoseconds longest_{};
};

}  // namespace millrace::bench
