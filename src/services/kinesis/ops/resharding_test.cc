#include <fmt/format.h>

#include "services/kinesis/limits.h"
#include "services/kinesis/service_fixture.h"

namespace millrace::kinesis {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

const std::string kHalf = "170141183460469231731687303715884105728";

class Resharding : public ServiceFixture {
  protected:
    static std::string split_of(int shard, const std::string& key) {
        return fmt::format(
            R"({{"StreamName":"s","ShardToSplit":"shardId-{:012}","NewStartingHashKey":"{}"}})", shard, key);
    }
    static std::string merge_of(int shard, int adjacent) {
        return fmt::format(
            R"({{"StreamName":"s","ShardToMerge":"shardId-{:012}","AdjacentShardToMerge":"shardId-{:012}"}})",
            shard, adjacent);
    }
    static std::string scale_to(int target) {
        return fmt::format(R"({{"StreamName":"s","TargetShardCount":{},"ScalingType":"UNIFORM_SCALING"}})",
                           target);
    }
    codec::JsonArray list(const std::string& more = "") {
        return ok("ListShards", R"({"StreamName":"s")" + more + "}").at("Shards").as_array();
    }
    /// The last digits of the shards that the filter lets pass.
    std::string filtered(const std::string& filter) {
        std::string indexes;
        for (const auto& shard : list(R"(,"ShardFilter":{)" + filter + "}")) {
            indexes += text_of(shard.as_object(), "ShardId").back();
        }
        return indexes;
    }
    std::string iterator_of(int shard, const std::string& type, const std::string& more = "") {
        return text_of(
            ok("GetShardIterator",
               fmt::format(R"({{"StreamName":"s","ShardId":"shardId-{:012}","ShardIteratorType":"{}"{}}})",
                           shard, type, more)),
            "ShardIterator");
    }
    codec::JsonObject records(const std::string& iterator) {
        return ok("GetRecords", fmt::format(R"({{"ShardIterator":"{}"}})", iterator));
    }
    std::string status() {
        return text_of(
            ok("DescribeStreamSummary", R"({"StreamName":"s"})").at("StreamDescriptionSummary").as_object(),
            "StreamStatus");
    }
    std::string put_at(const std::string& hash_key) {
        return text_of(ok("PutRecord", fmt::format(R"({{"StreamName":"s","PartitionKey":"k","Data":"eA==",
            "ExplicitHashKey":"{}"}})",
                                                   hash_key)),
                       "ShardId");
    }
};

TEST_F(Resharding, ASplitShowsItsLineage) {
    create_stream("s");
    const std::string last = put("s", "k", "before");
    clock_.advance(1s);
    ok("SplitShard", split_of(0, kHalf));
    EXPECT_EQ(status(), "ACTIVE");
    const auto shards = list();
    ASSERT_EQ(shards.size(), 3U);
    const auto range_of = [&](std::size_t i) {
        return shards[i].as_object().at("SequenceNumberRange").as_object();
    };
    EXPECT_GT(text_of(range_of(0), "EndingSequenceNumber"), last);
    for (const std::size_t child : {1U, 2U}) {
        EXPECT_EQ(text_of(shards[child].as_object(), "ParentShardId"), "shardId-000000000000");
        EXPECT_FALSE(shards[child].as_object().contains("AdjacentParentShardId"));
        EXPECT_FALSE(range_of(child).contains("EndingSequenceNumber"));
        EXPECT_GT(text_of(range_of(child), "StartingSequenceNumber"),
                  text_of(range_of(0), "EndingSequenceNumber"));
    }
    EXPECT_EQ(codec::to_json(shards[2].as_object().at("HashKeyRange")),
              R"({"StartingHashKey":")" + kHalf +
                  R"(","EndingHashKey":"340282366920938463463374607431768211455"})");
    EXPECT_EQ(put_at("0"), "shardId-000000000001");
    EXPECT_EQ(put_at(kHalf), "shardId-000000000002");
    EXPECT_EQ(ok("DescribeStream", R"({"StreamName":"s"})")
                  .at("StreamDescription")
                  .as_object()
                  .at("Shards")
                  .as_array(),
              shards);
}

TEST_F(Resharding, AMergeShowsItsLineage) {
    create_stream("s", 2);
    ok("MergeShards", merge_of(0, 1));
    const auto child = list()[2].as_object();
    EXPECT_EQ(text_of(child, "ParentShardId"), "shardId-000000000000");
    EXPECT_EQ(text_of(child, "AdjacentParentShardId"), "shardId-000000000001");
    EXPECT_EQ(put_at(kHalf), "shardId-000000000002");
    const auto end = records(iterator_of(1, "LATEST"));
    EXPECT_EQ(
        codec::to_json(end.at("ChildShards")),

        R"([{"ShardId":"shardId-000000000002","ParentShards":["shardId-000000000000","shardId-000000000001"],)"
        R"("HashKeyRange":{"StartingHashKey":"0","EndingHashKey":"340282366920938463463374607431768211455"}}])");
}

TEST_F(Resharding, ReadsOfAClosedShardEndWithItsChildren) {
    create_stream("s");
    const std::string number = put("s", "k", "one");
    put("s", "k", "two");
    const std::string before = iterator("s", "TRIM_HORIZON");
    ok("SplitShard", split_of(0, kHalf));
    auto page = ok("GetRecords", fmt::format(R"({{"ShardIterator":"{}","Limit":1}})", before));
    EXPECT_FALSE(page.contains("ChildShards")) << "there is more to read";
    page = records(text_of(page, "NextShardIterator"));
    EXPECT_EQ(page.at("Records").as_array().size(), 1U);
    EXPECT_FALSE(page.contains("NextShardIterator"));
    ASSERT_EQ(page.at("ChildShards").as_array().size(), 2U);
    EXPECT_EQ(codec::to_json(page.at("ChildShards").as_array()[1]),

              R"({"ShardId":"shardId-000000000002","ParentShards":["shardId-000000000000"],)"
              R"("HashKeyRange":{"StartingHashKey":")" +
                  kHalf + R"(","EndingHashKey":"340282366920938463463374607431768211455"}})");
    EXPECT_EQ(page.at("MillisBehindLatest").as_int64(), 0);

    EXPECT_EQ(records(iterator_of(0, "TRIM_HORIZON")).at("Records").as_array().size(), 2U);
    EXPECT_EQ(records(iterator_of(0, "AFTER_SEQUENCE_NUMBER",
                                  fmt::format(R"(,"StartingSequenceNumber":"{}")", number)))
                  .at("Records")
                  .as_array()
                  .size(),
              1U);
    const std::string end =
        text_of(list()[0].as_object().at("SequenceNumberRange").as_object(), "EndingSequenceNumber");
    page =
        records(iterator_of(0, "AT_SEQUENCE_NUMBER", fmt::format(R"(,"StartingSequenceNumber":"{}")", end)));
    EXPECT_TRUE(page.at("Records").as_array().empty());
    EXPECT_FALSE(page.contains("NextShardIterator"));
    EXPECT_EQ(
        error("GetShardIterator",
              fmt::format(R"({{"StreamName":"s","ShardId":"shardId-000000000000",)"
                          R"("ShardIteratorType":"AFTER_SEQUENCE_NUMBER","StartingSequenceNumber":"{}"}})",
                          end)),
        "InvalidArgumentException: Invalid SequenceNumber for ShardIteratorType AFTER_SEQUENCE_NUMBER, "
        "SequenceNumber has reached max possible value for the shard.");
}

TEST_F(Resharding, TheStreamIsUpdatingUntilTheCommit) {
    create_stream("s");
    const auto split = start("SplitShard", split_of(0, kHalf));
    const auto summary = start("DescribeStreamSummary", R"({"StreamName":"s"})");
    const auto shards = start("ListShards", R"({"StreamName":"s"})");
    const auto merge = start("MergeShards", merge_of(0, 1));
    EXPECT_TRUE((*summary)->body.contains(R"("StreamStatus":"UPDATING")")) << (*summary)->body;
    EXPECT_FALSE((*shards)->body.contains("shardId-000000000001")) << (*shards)->body;
    EXPECT_EQ(error_of(**merge),
              "ResourceInUseException: Stream s under account 000000000000 not ACTIVE, instead in state "
              "UPDATING");
    EXPECT_FALSE(*split);
    executor_.run_ready();
    EXPECT_EQ(status(), "ACTIVE");
    EXPECT_EQ(list().size(), 3U);
}

// What is put while the split is being committed belongs to the children; the parent's end holds.
TEST_F(Resharding, WritesInFlightFallOnTheRightSide) {
    create_stream("s");
    const std::string body = R"({"StreamName":"s","PartitionKey":"k","Data":"eA==","ExplicitHashKey":"0"})";
    const auto before = start("PutRecord", body);
    const auto split = start("SplitShard", split_of(0, kHalf));
    const auto behind = start("PutRecord", body);
    executor_.run_ready();
    const auto shard_of = [](const aws::testing::Call& call) {
        return text_of(codec::parse_json((*call)->body)->as_object(), "ShardId");
    };
    EXPECT_EQ(shard_of(before), "shardId-000000000000");
    EXPECT_EQ(shard_of(behind), "shardId-000000000001");
    EXPECT_EQ(records(iterator_of(0, "TRIM_HORIZON")).at("Records").as_array().size(), 1U);
    EXPECT_EQ(records(iterator_of(1, "TRIM_HORIZON")).at("Records").as_array().size(), 1U);
    restart();
    EXPECT_EQ(records(iterator_of(0, "TRIM_HORIZON")).at("Records").as_array().size(), 1U);
    EXPECT_EQ(records(iterator_of(1, "TRIM_HORIZON")).at("Records").as_array().size(), 1U);
}

// The split is refused, the put behind it is not: it must not be acknowledged, for its shard never opens.
TEST_F(Resharding, ARefusedSplitLeavesNothing) {
    create_stream("s");
    store_.fail_appends({.code = ErrorCode::kUnavailable, .message = "full"});
    const auto split = start("SplitShard", split_of(0, kHalf));
    const auto behind =
        start("PutRecord", R"({"StreamName":"s","PartitionKey":"k","Data":"eA==","ExplicitHashKey":"0"})");
    executor_.run_ready();
    EXPECT_EQ((*split)->status, 503);
    EXPECT_EQ((*behind)->status, 500);
    EXPECT_EQ(status(), "ACTIVE");
    EXPECT_EQ(list().size(), 1U);
    EXPECT_EQ(put_at("0"), "shardId-000000000000");
    ok("SplitShard", split_of(0, kHalf));
    restart();
    EXPECT_EQ(records(iterator_of(0, "TRIM_HORIZON")).at("Records").as_array().size(), 1U);
    EXPECT_TRUE(records(iterator_of(1, "TRIM_HORIZON")).at("Records").as_array().empty());
}

TEST_F(Resharding, RefusesInAwsWords) {
    create_stream("s", 2);
    EXPECT_EQ(
        error("SplitShard", split_of(7, "5")),
        "ResourceNotFoundException: Could not find shard shardId-000000000007 in stream s under account "
        "000000000000.");
    EXPECT_EQ(error("SplitShard", R"({"StreamName":"no","ShardToSplit":"x","NewStartingHashKey":"5"})"),
              "ResourceNotFoundException: Could not find shard x in stream no under account 000000000000.");
    EXPECT_EQ(error("MergeShards", R"({"StreamName":"s","ShardToMerge":"0","AdjacentShardToMerge":"x"})"),
              "ResourceNotFoundException: Could not find shard x in stream s under account 000000000000.");
    for (const std::string key : {"0", "1", "170141183460469231731687303715884105727", kHalf.c_str()}) {
        EXPECT_EQ(
            error("SplitShard", split_of(0, key)),
            fmt::format("InvalidArgumentException: NewStartingHashKey {} used in SplitShard() on shard "
                        "shardId-000000000000 in stream s under account 000000000000 is not both greater "
                        "than one plus the shard's StartingHashKey 0 and less than the shard's "
                        "EndingHashKey 170141183460469231731687303715884105727.",
                        key));
    }
    for (const auto& [shard, adjacent] : {std::pair{0, 0}, {1, 0}}) {
        EXPECT_EQ(
            error("MergeShards", merge_of(shard, adjacent)),
            fmt::format("InvalidArgumentException: Shards shardId-{:012} and shardId-{:012} in stream s "
                        "under account 000000000000 are not an adjacent pair of shards eligible for "
                        "merging",
                        shard, adjacent));
    }
    ok("SplitShard", split_of(0, "2"));
    const std::string closed =
        "InvalidArgumentException: Shard shardId-000000000000 in stream s under account 000000000000 has "
        "already "
        "been merged or split, and thus is not eligible for merging or splitting.";
    EXPECT_EQ(error("SplitShard", split_of(0, "5")), closed);
    EXPECT_EQ(error("MergeShards", merge_of(0, 1)), closed);
    EXPECT_TRUE(error("SplitShard", R"({"StreamName":"no","ShardToSplit":"shardId-000000000000",
        "NewStartingHashKey":"5"})")
                    .starts_with("ResourceNotFoundException: Stream no under"));
}

TEST_F(Resharding, TheShardCountHalvesAndDoublesAtMost) {
    create_stream("s", 3);
    EXPECT_EQ(error("UpdateShardCount", scale_to(7)),
              "LimitExceededException: UpdateShardCount cannot scale up over double your current open shard "
              "count. Current open shard count: 3 Target shard count: 7");
    EXPECT_EQ(error("UpdateShardCount", scale_to(1)),
              "LimitExceededException: UpdateShardCount cannot scale down below half your current open shard "
              "count. Current open shard count: 3 Target shard count: 1");
    EXPECT_TRUE(error("UpdateShardCount", scale_to(kUpdateShardCountMax + 1))
                    .contains("cannot be greater than 10000"));
    const auto scaled = ok("UpdateShardCount", scale_to(6));
    EXPECT_EQ(scaled.at("CurrentShardCount").as_int64(), 3);
    EXPECT_EQ(scaled.at("TargetShardCount").as_int64(), 6);
    EXPECT_EQ(text_of(scaled, "StreamName"), "s");
    EXPECT_EQ(list(R"(,"ShardFilter":{"Type":"AT_LATEST"})").size(), 6U);
    ok("UpdateShardCount", scale_to(3));
    ok("UpdateShardCount", scale_to(2));
    EXPECT_EQ(list(R"(,"ShardFilter":{"Type":"AT_LATEST"})").size(), 2U);
}

TEST_F(Resharding, TenScalingsADay) {
    create_stream("s");
    for (std::size_t i = 0; i < kScalingsPerDayMax; ++i) {
        ok("UpdateShardCount", scale_to(i % 2 == 0 ? 2 : 1));
        executor_.advance(1h);
    }
    restart();
    EXPECT_TRUE(
        error("UpdateShardCount", scale_to(2)).starts_with("LimitExceededException: UpdateShardCount"));
    ok("UpdateShardCount", scale_to(1));
    executor_.advance(14h - 1ms);
    EXPECT_TRUE(error("UpdateShardCount", scale_to(2)).starts_with("LimitExceededException"));
    executor_.advance(1ms);
    ok("UpdateShardCount", scale_to(2));
}

TEST_F(Resharding, ModesSwitchTwiceADay) {
    create_stream("s", 2);
    const auto mode = [](const char* name) {
        return fmt::format(R"({{"StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s",
            "StreamModeDetails":{{"StreamMode":"{}"}}}})",
                           name);
    };
    ok("UpdateStreamMode", mode("PROVISIONED"));
    ok("UpdateStreamMode", mode("ON_DEMAND"));
    EXPECT_EQ(list().size(), 2U) << "the shards stay";
    for (const auto& [operation, input] : {std::pair{"SplitShard", split_of(0, "5")},
                                           {"MergeShards", merge_of(0, 1)},
                                           {"UpdateShardCount", scale_to(2)}}) {
        EXPECT_TRUE(
            error(operation, input).starts_with("ValidationException: This operation is only supported"))
            << operation;
    }
    ok("UpdateStreamMode", mode("PROVISIONED"));
    EXPECT_TRUE(error("UpdateStreamMode", mode("ON_DEMAND")).starts_with("LimitExceededException"));
    executor_.advance(24h);
    ok("UpdateStreamMode", mode("ON_DEMAND"));
}

TEST_F(Resharding, FiltersFollowTheLineage) {
    const std::int64_t begin = to_millis(clock_.now());
    create_stream("s");
    executor_.advance(1h);
    ok("SplitShard", split_of(0, kHalf));  // 1, 2
    executor_.advance(1h);
    ok("MergeShards", merge_of(1, 2));  // 3
    executor_.advance(1h);
    const auto at = [&](const char* type, double hours) {
        return filtered(fmt::format(R"("Type":"{}","Timestamp":{})", type,
                                    static_cast<double>(begin) / 1000 + hours * 3600));
    };
    EXPECT_EQ(filtered(R"("Type":"AT_LATEST")"), "3");
    EXPECT_EQ(filtered(R"("Type":"AT_TRIM_HORIZON")"), "0");
    EXPECT_EQ(filtered(R"("Type":"FROM_TRIM_HORIZON")"), "0123");
    EXPECT_EQ(filtered(R"("Type":"AFTER_SHARD_ID","ShardId":"shardId-000000000001")"), "23");
    EXPECT_EQ(at("AT_TIMESTAMP", 0.5), "0");
    EXPECT_EQ(at("AT_TIMESTAMP", 1), "012") << "the moment of the split belongs to both sides";
    EXPECT_EQ(at("AT_TIMESTAMP", 1.5), "12");
    EXPECT_EQ(at("AT_TIMESTAMP", 2.5), "3");
    EXPECT_EQ(at("AT_TIMESTAMP", -5), "0") << "before the stream: its trim horizon";
    EXPECT_EQ(at("FROM_TIMESTAMP", 0.5), "0123");
    EXPECT_EQ(at("FROM_TIMESTAMP", 1.5), "123");
    EXPECT_EQ(at("FROM_TIMESTAMP", 2.5), "3");
    // Half an hour after the first shard expired.
    executor_.advance(22h + 30min);
    EXPECT_EQ(filtered(R"("Type":"AT_TRIM_HORIZON")"), "12");
    EXPECT_EQ(filtered(R"("Type":"FROM_TRIM_HORIZON")"), "123");
    EXPECT_EQ(at("FROM_TIMESTAMP", 0.5), "123");
    ok("IncreaseStreamRetentionPeriod", R"({"StreamName":"s","RetentionPeriodHours":48})");
    EXPECT_EQ(filtered(R"("Type":"AT_TRIM_HORIZON")"), "12") << "what is gone does not come back";
}

TEST_F(Resharding, PagesKeepTheFilter) {
    create_stream("s", 2);
    ok("MergeShards", merge_of(0, 1));
    ok("SplitShard", split_of(2, kHalf));
    auto page = ok("ListShards", R"({"StreamName":"s","MaxResults":1,"ShardFilter":{"Type":"AT_LATEST"}})");
    EXPECT_EQ(text_of(page.at("Shards").as_array()[0].as_object(), "ShardId"), "shardId-000000000003");
    page = ok("ListShards", fmt::format(R"({{"NextToken":"{}"}})", text_of(page, "NextToken")));
    ASSERT_EQ(page.at("Shards").as_array().size(), 1U);
    EXPECT_EQ(text_of(page.at("Shards").as_array()[0].as_object(), "ShardId"), "shardId-000000000004");
    EXPECT_FALSE(page.contains("NextToken"));
}

TEST_F(Resharding, AClosedShardGoesWhenItsRetentionHasPassed) {
    create_stream("s");
    put("s", "k", "old");
    executor_.advance(1h);
    ok("SplitShard", split_of(0, kHalf));
    executor_.advance(24h - 1min);
    EXPECT_EQ(list().size(), 3U);
    restart();
    executor_.advance(2min);
    EXPECT_EQ(list().size(), 2U);
    EXPECT_TRUE(catalog_->list("kinesis/removed/").empty()) << "its log is gone, too";
    EXPECT_EQ(error("GetShardIterator", R"({"StreamName":"s","ShardId":"shardId-000000000000",
        "ShardIteratorType":"LATEST"})"),
              "ResourceNotFoundException: Shard shardId-000000000000 in stream s under account 000000000000 "
              "does not exist");
    EXPECT_EQ(text_of(list()[0].as_object(), "ParentShardId"), "shardId-000000000000");
    restart();
    EXPECT_EQ(list().size(), 2U);
    EXPECT_EQ(put_at("0"), "shardId-000000000001");
    ok("SplitShard", split_of(1, "5"));
    EXPECT_EQ(text_of(list().back().as_object(), "ShardId"), "shardId-000000000004");
}

TEST_F(Resharding, SurvivesARestart) {
    create_stream("s", 3);
    ok("UpdateShardCount", scale_to(4));
    put_at("0");
    const auto before = list();
    restart();
    EXPECT_EQ(list(), before);
}

TEST_F(Resharding, OneShardOfManyWritesLittle) {
    create_stream("s", 1000);
    const auto catalog_end = [&] { return store_.end(storage::LogId{0}); };
    const storage::Offset before = catalog_end();
    ok("SplitShard", split_of(0, "5"));
    std::size_t bytes = 0;
    store_.read(storage::LogId{0}, before, {}, [&](Result<std::vector<storage::Entry>> entries) {
        for (const storage::Entry& entry : *entries) bytes += entry.payload.size();
    });
    executor_.run_ready();
    EXPECT_GT(bytes, 0U);
    EXPECT_LT(bytes, 2000U);
}

}  // namespace
}  // namespace millrace::kinesis
