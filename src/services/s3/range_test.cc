#include "services/s3/range.h"

#include <gtest/gtest.h>

namespace millrace::s3 {
namespace {

RangeAnswer part(std::uint64_t from, std::uint64_t bytes) {
    return {RangeFit::kPart, {from, bytes}};
}

TEST(Range, ReadsOneRange) {
    EXPECT_EQ(read_range("bytes=0-4", 10), part(0, 5));
    EXPECT_EQ(read_range("bytes=9-9", 10), part(9, 1));
    EXPECT_EQ(read_range("bytes=5-", 10), part(5, 5));
    EXPECT_EQ(read_range("bytes=-3", 10), part(7, 3));
    EXPECT_EQ(read_range("bytes=-30", 10), part(0, 10));
    EXPECT_EQ(read_range("bytes=5-99999999999999999999999", 10), part(5, 5));
}

TEST(Range, KnowsWhatCannotBeSatisfied) {
    const RangeAnswer none{RangeFit::kUnsatisfiable, {}};
    EXPECT_EQ(read_range("bytes=10-", 10), none);
    EXPECT_EQ(read_range("bytes=10-12", 10), none);
    EXPECT_EQ(read_range("bytes=-0", 10), none);
    EXPECT_EQ(read_range("bytes=0-", 0), none);
    EXPECT_EQ(read_range("bytes=-1", 0), none);
}

TEST(Range, TakesAnythingElseForAll) {
    for (const char* header : {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-4", "bytes=0-1,3-4",
                               "lines=0-1", "bytes=0-1x", "bytes= 0-1"})
        EXPECT_EQ(read_range(header, 10), (RangeAnswer{RangeFit::kAll, {0, 10}})) << header;
}

TEST(Range, ExactRangesOfCopies) {
    EXPECT_EQ(read_exact_range("bytes=2-5"), (ByteRange{2, 4}));
    for (const char* header :
         {"bytes=2-", "bytes=-5", "bytes=5-2", "2-5", "", "bytes=0-18446744073709551615"})
        EXPECT_EQ(read_exact_range(header), std::nullopt) << header;
}

}  // namespace
}  // namespace millrace::s3
