#include "services/kinesis/token.h"

#include <gtest/gtest.h>

#include "services/kinesis/limits.h"
#include "services/kinesis/page_token.h"
#include "services/kinesis/shard_iterator.h"

namespace millrace::kinesis {
namespace {

const WallTime kCreated = from_millis(1'421'889'722'000);  // Thu Jan 22 01:22:02 UTC 2015

ShardIterator make_iterator() {
    return {.stream = "orders",
            .shard = 3,
            .log = storage::LogId{12},
            .offset = storage::Offset{1ULL << 40},
            .created = kCreated};
}

TEST(Token, EveryDamageIsSeen) {
    const std::string token = seal_token("some bytes");
    EXPECT_EQ(unseal_token(token), "some bytes");
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string damaged = token;
        damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(unseal_token(damaged)) << i;
        EXPECT_FALSE(unseal_token(token.substr(0, i))) << i;
    }
    EXPECT_FALSE(unseal_token(token + "="));
    EXPECT_FALSE(unseal_token("not base64!"));
}

TEST(ShardIterator, RoundTripsWithinAwsLength) {
    EXPECT_EQ(parse_shard_iterator(to_token(make_iterator())), make_iterator());
    ShardIterator longest = make_iterator();
    longest.stream = std::string(128, 'n');
    EXPECT_LE(to_token(longest).size(), 512U);
    EXPECT_EQ(parse_shard_iterator(to_token(longest)), longest);
}

TEST(ShardIterator, OtherTokensAreNotIterators) {
    EXPECT_FALSE(parse_shard_iterator(""));
    EXPECT_FALSE(parse_shard_iterator("\""));
    EXPECT_FALSE(parse_shard_iterator("\"\""));
    EXPECT_EQ(parse_shard_iterator("\"" + to_token(make_iterator()) + "\""), make_iterator());
    EXPECT_FALSE(parse_shard_iterator("AAAAAAAAAAE="));
    EXPECT_FALSE(parse_shard_iterator(seal_token("")));
    EXPECT_FALSE(parse_shard_iterator(seal_token("\1too short")));
    EXPECT_FALSE(parse_shard_iterator(to_token(PageToken{
        .listing = PageToken::Listing::kStreams, .stream = std::string(40, 's'), .created = kCreated})));
}

TEST(ShardIterator, ExpiresAfterFiveMinutes) {
    EXPECT_FALSE(is_expired(make_iterator(), kCreated + kIteratorLifetime));
    EXPECT_TRUE(is_expired(make_iterator(), kCreated + kIteratorLifetime + Milliseconds{1}));
    EXPECT_EQ(
        expired_message(make_iterator(), kCreated + Seconds{301}),
        "Iterator expired. The iterator was created at time Thu Jan 22 01:22:02 UTC 2015 while right now it "
        "is "
        "Thu Jan 22 01:27:03 UTC 2015 which is further in the future than the tolerated delay of 300000 "
        "milliseconds.");
}

TEST(PageToken, RoundTripsForItsListingOnly) {
    const PageToken page{.listing = PageToken::Listing::kShards,
                         .stream = "orders",
                         .last_shard = "shardId-000000000000",
                         .window = {.created_until = kForever, .closed_from = from_millis(7)},
                         .created = kCreated};
    EXPECT_EQ(parse_page_token(to_token(page), PageToken::Listing::kShards), page);
    EXPECT_FALSE(parse_page_token(to_token(page), PageToken::Listing::kStreams));
    EXPECT_FALSE(parse_page_token(seal_token("\2"), PageToken::Listing::kShards));
    EXPECT_FALSE(is_expired(page, kCreated + kPageTokenLifetime));
    EXPECT_TRUE(is_expired(page, kCreated + kPageTokenLifetime + Milliseconds{1}));
}

}  // namespace
}  // namespace millrace::kinesis
