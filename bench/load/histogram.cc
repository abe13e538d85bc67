#include "histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace millrace::bench {
namespace {

// Values below 2 * kSubBuckets have a bucket each; above, every power of two is cut into kSubBuckets.
constexpr int kSubBucketBits = 10;
constexpr std::uint64_t kSubBuckets = 1U << kSubBucketBits;

/// How many low bits of the value its bucket ignores.
int dropped_bits(std::uint64_t value) {
    return std::max(0, static_cast<int>(std::bit_width(value)) - kSubBucketBits - 1);
}

std::size_t bucket_of(std::uint64_t value) {
    const int dropped = dropped_bits(value);
    return static_cast<std::size_t>(dropped) * kSubBuckets + static_cast<std::size_t>(value >> dropped);
}

std::uint64_t upper_end(std::size_t bucket) {
    if (bucket < 2 * kSubBuckets) return bucket;
    const std::size_t dropped = bucket / kSubBuckets - 1;
    return ((bucket - dropped * kSubBuckets + 1) << dropped) - 1;
}

}  // namespace

Histogram::Histogram() : buckets_(bucket_of(static_cast<std::uint64_t>(kLongest.count())) + 1) {}

void Histogram::record(Nanoseconds took) {
    took = std::clamp(took, Nanoseconds{0}, kLongest);
    ++buckets_[bucket_of(static_cast<std::uint64_t>(took.count()))];
    ++count_;
    sum_ns_ += static_cast<double>(took.count());
    longest_ = std::max(longest_, took);
}

Histogram::Nanoseconds Histogram::percentile(double share) const {
    const auto wanted = std::max<std::uint64_t>(
        1, static_cast<std::uint64_t>(std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(count_))));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
        seen += buckets_[bucket];
        if (seen >= wanted)
            return std::min(longest_, Nanoseconds{static_cast<std::int64_t>(upper_end(bucket))});
    }
    return {};
}

Histogram::Nanoseconds Histogram::mean() const {
    if (count_ == 0) return {};
    return Nanoseconds{static_cast<std::int64_t>(sum_ns_ / static_cast<double>(count_))};
}

}  // namespace millrace::bench
