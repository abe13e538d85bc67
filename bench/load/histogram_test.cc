#include "histogram.h"

#include <gtest/gtest.h>

namespace millrace::bench {
namespace {

using std::chrono::nanoseconds;

TEST(Histogram, SaysNothingWithoutValues) {
    const Histogram none;
    EXPECT_EQ(none.count(), 0);
    EXPECT_EQ(none.percentile(0.5), nanoseconds{0});
    EXPECT_EQ(none.mean(), nanoseconds{0});
}

TEST(Histogram, IsExactBelowTwoThousand) {
    Histogram histogram;
    for (int i = 1; i <= 1000; ++i) histogram.record(nanoseconds{i});
    EXPECT_EQ(histogram.percentile(0.5), nanoseconds{500});
    EXPECT_EQ(histogram.percentile(0.99), nanoseconds{990});
    EXPECT_EQ(histogram.percentile(1), nanoseconds{1000});
    EXPECT_EQ(histogram.percentile(0), nanoseconds{1});
    EXPECT_EQ(histogram.mean(), nanoseconds{500});
}

/// Around every power of two, where buckets change their width.
TEST(Histogram, IsOffByLessThanAThousandth) {
    for (std::int64_t power = 1; 2 * power < Histogram::kLongest.count(); power *= 2) {
        for (const std::int64_t value : {power - 1, power, power + 1, power + power / 3}) {
            Histogram histogram;
            histogram.record(nanoseconds{value});
            histogram.record(Histogram::kLongest);
            const std::int64_t found = histogram.percentile(0.5).count();
            EXPECT_GE(found, value);
            EXPECT_LE(found - value, value / 1024) << value;
        }
    }
}

TEST(Histogram, KeepsWhatIsOutOfItsRange) {
    Histogram histogram;
    histogram.record(nanoseconds{-5});
    histogram.record(Histogram::kLongest + nanoseconds{1});
    EXPECT_EQ(histogram.count(), 2);
    EXPECT_EQ(histogram.percentile(0.5), nanoseconds{0});
    EXPECT_EQ(histogram.longest(), Histogram::kLongest);
    EXPECT_EQ(histogram.percentile(1), Histogram::kLongest);
}

TEST(Histogram, ShowsTheTail) {
    Histogram histogram;
    for (int i = 0; i < 99; ++i) histogram.record(std::chrono::microseconds{100});
    histogram.record(std::chrono::seconds{1});
    EXPECT_LT(histogram.percentile(0.99), std::chrono::microseconds{101});
    EXPECT_EQ(histogram.percentile(0.999), std::chrono::seconds{1});
}

}  // namespace
}  // namespace millrace::bench
