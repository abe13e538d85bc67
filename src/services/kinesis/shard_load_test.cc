#include "services/kinesis/shard_load.h"

#include <fmt/format.h>

#include "services/kinesis/limits.h"
#include "services/kinesis/service_fixture.h"

namespace millrace::kinesis {
namespace {

constexpr storage::LogId kShard{7};
const WallTime kNow = from_millis(1'699'999'980'000);  // the start of a minute

TEST(ShardLoad, HotAtHalfOfWhatAShardTakesInAMinute) {
    ShardLoad load;
    EXPECT_FALSE(load.count(kShard, kShardBytesPerSecond * 30 - 1, kNow));
    EXPECT_FALSE(load.count(storage::LogId{8}, 1, kNow)) << "another shard";
    EXPECT_TRUE(load.count(kShard, 1, kNow + Seconds{59}));
    EXPECT_FALSE(load.count(kShard, 1, kNow + Seconds{60})) << "the next minute";
}

TEST(ShardLoad, HotByTheNumberOfRecords) {
    ShardLoad load;
    for (std::size_t i = 1; i < kShardRecordsPerSecond * 30; ++i) ASSERT_FALSE(load.count(kShard, 1, kNow));
    EXPECT_TRUE(load.count(kShard, 1, kNow));
}

class OnDemand : public ServiceFixture {
  protected:
    void SetUp() override {
        ok("CreateStream", R"({"StreamName":"s","StreamModeDetails":{"StreamMode":"ON_DEMAND"}})");
        for (int i = 0; i < 500; ++i)
            batch_ +=
                fmt::format(R"({}{{"PartitionKey":"k","ExplicitHashKey":"0","Data":""}})", i == 0 ? "" : ",");
    }
    void put_thousands(int thousands, const std::string& stream = "s") {
        for (int i = 0; i < 2 * thousands; ++i)
            ok("PutRecords", fmt::format(R"({{"StreamName":"{}","Records":[{}]}})", stream, batch_));
    }
    std::size_t open_shards(const std::string& stream = "s") {
        return ok("ListShards",
                  fmt::format(R"({{"StreamName":"{}","ShardFilter":{{"Type":"AT_LATEST"}}}})", stream))
            .at("Shards")
            .as_array()
            .size();
    }
    std::string batch_;
};

TEST_F(OnDemand, AHotShardIsSplitInTheMiddle) {
    put_thousands(29);
    EXPECT_EQ(open_shards(), 4U);
    put_thousands(1);
    EXPECT_EQ(open_shards(), 5U);
    const auto shards = ok("ListShards", R"({"StreamName":"s"})").at("Shards").as_array();
    EXPECT_EQ(text_of(shards[4].as_object(), "ParentShardId"), "shardId-000000000000");
    EXPECT_EQ(text_of(shards[5].as_object().at("HashKeyRange").as_object(), "StartingHashKey"),
              "42535295865117307932921825928971026432");
    put_thousands(1);
    EXPECT_EQ(open_shards(), 5U) << "the children have taken little yet";
}

TEST_F(OnDemand, AMinuteOfLessSplitsNothing) {
    for (int minute = 0; minute < 3; ++minute) {
        put_thousands(20);
        executor_.advance(Seconds{60});
    }
    EXPECT_EQ(open_shards(), 4U);
}

TEST_F(OnDemand, ProvisionedShardsAreTheirOwners) {
    create_stream("p");
    put_thousands(31, "p");
    EXPECT_EQ(open_shards("p"), 1U);
}

}  // namespace
}  // namespace millrace::kinesis
