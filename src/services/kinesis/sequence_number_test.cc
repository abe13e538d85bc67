#include "services/kinesis/sequence_number.h"

#include <gtest/gtest.h>
#include <limits>

namespace millrace::kinesis {
namespace {

constexpr std::int64_t kCreated = 1'790'000'000'000;

SequenceNumber number(std::int64_t created, std::uint32_t shard, std::uint64_t position) {
    return {.shard_created = from_millis(created), .shard_index = shard, .position = position};
}

TEST(SequenceNumber, HasAwsForm) {
    const std::string text = to_string(number(kCreated, 0, 0));
    EXPECT_EQ(text.size(), 56U);
    EXPECT_TRUE(text.starts_with("49")) << text;
}

// Computed with Python: 2**185 + (created << 138) + (shard << 96) + (position << 32) + 2.
TEST(SequenceNumber, IsTheNumberThatItsPartsMake) {
    EXPECT_EQ(to_string(number(kCreated, 7, 0x1'2345'6789)),
              "49663581274979846833456932543845165357508700301221167106");
}

TEST(SequenceNumber, RoundTrips) {
    constexpr auto kPositionMax = std::numeric_limits<std::uint64_t>::max();
    constexpr auto kShardMax = std::numeric_limits<std::uint32_t>::max();
    for (const auto& expected : {number(0, 0, 0), number(kCreated, 0, 1), number(kCreated, 7, 1ULL << 32),
                                 number((1LL << 47) - 1, kShardMax, kPositionMax)}) {
        const auto parsed = parse_sequence_number(to_string(expected));
        ASSERT_TRUE(parsed);
        EXPECT_EQ(*parsed, expected);
    }
}

TEST(SequenceNumber, TextComparesAsTheRecordsDo) {
    // Equal length, so text order is number order.
    EXPECT_LT(to_string(number(kCreated, 3, 0)), to_string(number(kCreated, 3, 1)));
    EXPECT_LT(to_string(number(kCreated, 3, 0xffff'ffff)), to_string(number(kCreated, 3, 0x1'0000'0000)));
    EXPECT_LT(to_string(number(kCreated, 3, 1ULL << 60)), to_string(number(kCreated, 4, 0)));
    EXPECT_LT(to_string(number(kCreated, 9, 1ULL << 60)), to_string(number(kCreated + 1, 0, 0)));
}

TEST(SequenceNumber, RefusesEverythingElse) {
    const std::string good = to_string(number(kCreated, 1, 5));
    std::string other_format = good;
    other_format.back() = good.back() == '9' ? '8' : static_cast<char>(good.back() + 1);
    for (const std::string& text :
         {std::string{}, std::string{"0"}, std::string{"49"}, good + "0", "0" + good, good.substr(1),
          std::string(56, '9'), std::string(56, '0'), std::string(56, 'a'), " " + good.substr(1),
          "-" + good.substr(1), other_format}) {
        EXPECT_FALSE(parse_sequence_number(text)) << text;
    }
}

}  // namespace
}  // namespace millrace::kinesis
