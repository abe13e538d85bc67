#include "services/kinesis/hash_key.h"

#include <gtest/gtest.h>

namespace millrace::kinesis {
namespace {

constexpr const char* kLargest = "340282366920938463463374607431768211455";

TEST(HashKey, DecimalRoundTrips) {
    for (const char* text : {"0", "1", "10", "18446744073709551616", kLargest}) {
        const auto key = parse_hash_key(text);
        ASSERT_TRUE(key) << text;
        EXPECT_EQ(to_decimal(*key), text);
    }
    EXPECT_EQ(to_decimal(kHashKeyMax), kLargest);
}

TEST(HashKey, RefusesWhatIsNotAHashKey) {
    for (const char* text :
         {"", "-1", "+1", "01", " 1", "1 ", "0x1", "340282366920938463463374607431768211456",
          "999999999999999999999999999999999999999"}) {
        EXPECT_FALSE(parse_hash_key(text)) << text;
    }
}

TEST(HashKey, PartitionKeyIsItsMd5) {
    // d41d8cd98f00b204e9800998ecf8427e
    EXPECT_EQ(to_decimal(hash_partition_key("")), "281949768489412648962353822266799178366");
    // 0cc175b9c0f1b6a831c399e269772661
    EXPECT_EQ(to_decimal(hash_partition_key("a")), "16955237001963240173058271559858726497");
}

TEST(HashKey, SplitsAsAwsDoes) {
    EXPECT_EQ(split_evenly(1), (std::vector<HashKeyRange>{{0, kHashKeyMax}}));

    const auto halves = split_evenly(2);
    EXPECT_EQ(to_decimal(halves[0].last), "170141183460469231731687303715884105727");
    EXPECT_EQ(to_decimal(halves[1].first), "170141183460469231731687303715884105728");

    const auto thirds = split_evenly(3);
    EXPECT_EQ(to_decimal(thirds[0].last), "113427455640312821154458202477256070484");
    EXPECT_EQ(to_decimal(thirds[1].first), "113427455640312821154458202477256070485");
    EXPECT_EQ(to_decimal(thirds[1].last), "226854911280625642308916404954512140969");
    EXPECT_EQ(to_decimal(thirds[2].first), "226854911280625642308916404954512140970");
}

TEST(HashKey, RangesCoverEverythingWithoutGaps) {
    for (const std::size_t shards : {1, 2, 3, 5, 7, 10, 64, 1000}) {
        const auto ranges = split_evenly(shards);
        ASSERT_EQ(ranges.size(), shards);
        EXPECT_TRUE(ranges.front().first == 0);
        EXPECT_TRUE(ranges.back().last == kHashKeyMax);
        for (std::size_t i = 1; i < shards; ++i) EXPECT_TRUE(ranges[i].first == ranges[i - 1].last + 1) << i;
    }
}

}  // namespace
}  // namespace millrace::kinesis
