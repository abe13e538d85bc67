#include <fmt/format.h>

#include "services/kinesis/limits.h"
#include "services/kinesis/service_fixture.h"

namespace millrace::kinesis {
namespace {

using StreamOperations = ServiceFixture;

constexpr const char* kName = R"({"StreamName":"s"})";

TEST_F(StreamOperations, CreateAnswersWhenItIsDurable) {
    store_.hold_commits(true);
    const auto creating = start("CreateStream", R"({"StreamName":"s","ShardCount":1})");
    executor_.run_ready();
    EXPECT_FALSE(*creating);
    const auto summary = ok("DescribeStreamSummary", kName).at("StreamDescriptionSummary").as_object();
    EXPECT_EQ(text_of(summary, "StreamStatus"), "CREATING");
    EXPECT_EQ(summary.at("OpenShardCount").as_int64(), 0);
    EXPECT_EQ(error("CreateStream", R"({"StreamName":"s","ShardCount":1})"),
              "ResourceInUseException: Stream s under account 000000000000 already exists.");
    EXPECT_EQ(
        error("DeleteStream", kName),
        "ResourceInUseException: Stream s under account 000000000000 not ACTIVE, instead in state CREATING");
    EXPECT_EQ(error("PutRecord", R"({"StreamName":"s","PartitionKey":"k","Data":""})"),
              "ResourceNotFoundException: Stream s under account 000000000000 not found.");
    store_.hold_commits(false);
    executor_.run_ready();
    ASSERT_TRUE(*creating);
    EXPECT_EQ((*creating)->status, 200);
    EXPECT_EQ(text_of(ok("DescribeStream", kName).at("StreamDescription").as_object(), "StreamStatus"),
              "ACTIVE");
}

TEST_F(StreamOperations, ARefusedCommitCreatesNothing) {
    store_.fail_writes(Error{ErrorCode::kUnavailable, "the disk is full"});
    EXPECT_GE(call("CreateStream", R"({"StreamName":"s","ShardCount":1})").status, 500);
    EXPECT_EQ(error("DescribeStream", kName),
              "ResourceNotFoundException: Stream s under account 000000000000 not found.");
    store_.fail_writes(std::nullopt);
    create_stream("s");
}

TEST_F(StreamOperations, CreateChecksItsOptions) {
    EXPECT_TRUE(
        error("CreateStream", R"({"StreamName":"s","StreamModeDetails":{"StreamMode":"PROVISIONED"}})")
            .starts_with("ValidationException: 1 validation error detected: Value null"));
    EXPECT_TRUE(error("CreateStream",
                      R"({"StreamName":"s","ShardCount":1,"StreamModeDetails":{"StreamMode":"ON_DEMAND"}})")
                    .starts_with("InvalidArgumentException"));
    EXPECT_EQ(error("CreateStream", R"({"StreamName":"s","ShardCount":1,"WarmThroughputMiBps":10})"),
              "InvalidArgumentException: WarmThroughputMiBps is only supported for data streams with the "
              "on-demand capacity mode.");
    EXPECT_TRUE(error("CreateStream", R"({"StreamName":"s","ShardCount":1,"MaxRecordSizeInKiB":1023})")
                    .starts_with("ValidationException"));
    EXPECT_TRUE(
        error("CreateStream", R"({"StreamName":"s","ShardCount":0})").starts_with("ValidationException"));
    EXPECT_TRUE(error("CreateStream", fmt::format(R"({{"StreamName":"s","ShardCount":{}}})", kShardsMax + 1))
                    .starts_with("LimitExceededException"));
}

TEST_F(StreamOperations, OnDemandHasFourShards) {
    ok("CreateStream",
       R"({"StreamName":"s","StreamModeDetails":{"StreamMode":"ON_DEMAND"},"MaxRecordSizeInKiB":10240,
                           "Tags":{"a":"b"}})");
    const auto summary = ok("DescribeStreamSummary", kName).at("StreamDescriptionSummary").as_object();
    EXPECT_EQ(summary.at("OpenShardCount").as_int64(), 4);
    EXPECT_EQ(summary.at("MaxRecordSizeInKiB").as_int64(), 10240);
    EXPECT_EQ(text_of(summary.at("StreamModeDetails").as_object(), "StreamMode"), "ON_DEMAND");
    const auto limits = ok("DescribeLimits", "{}");
    EXPECT_EQ(limits.at("OnDemandStreamCount").as_int64(), 1);
    EXPECT_EQ(limits.at("OpenShardCount").as_int64(), 0);
    EXPECT_EQ(ok("ListTagsForStream", kName).at("Tags").as_array().size(), 1U);
}

TEST_F(StreamOperations, DescribePagesThroughShards) {
    create_stream("s", 3);
    auto description =
        ok("DescribeStream", R"({"StreamName":"s","Limit":2})").at("StreamDescription").as_object();
    EXPECT_EQ(text_of(description, "StreamARN"), "arn:aws:kinesis:us-east-1:000000000000:stream/s");
    EXPECT_EQ(text_of(description, "EncryptionType"), "NONE");
    EXPECT_EQ(description.at("RetentionPeriodHours").as_int64(), 24);
    EXPECT_EQ(description.at("Shards").as_array().size(), 2U);
    EXPECT_TRUE(description.at("HasMoreShards").as_bool());
    description = ok("DescribeStream", R"({"StreamName":"s","ExclusiveStartShardId":"shardId-000000000001"})")
                      .at("StreamDescription")
                      .as_object();
    ASSERT_EQ(description.at("Shards").as_array().size(), 1U);
    EXPECT_FALSE(description.at("HasMoreShards").as_bool());
    const auto& last = description.at("Shards").as_array()[0].as_object();
    EXPECT_EQ(text_of(last, "ShardId"), "shardId-000000000002");
    EXPECT_EQ(text_of(last.at("HashKeyRange").as_object(), "EndingHashKey"),
              "340282366920938463463374607431768211455");
}

TEST_F(StreamOperations, AStreamIsNamedByNameOrArn) {
    create_stream("s");
    ok("DescribeStream", R"({"StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s"})");
    ok("DescribeStream",
       R"({"StreamName":"s","StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s"})");
    EXPECT_TRUE(error("DescribeStream",
                      R"({"StreamName":"t","StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s"})")
                    .starts_with("InvalidArgumentException"));
    EXPECT_TRUE(error("DescribeStream", "{}").starts_with("InvalidArgumentException"));
    EXPECT_EQ(error("DescribeStream", R"({"StreamName":"s","StreamId":"abcdefghij0123456789-abc"})"),
              "InvalidArgumentException: StreamId is not implemented.");
    EXPECT_EQ(error("DescribeStream", R"({"StreamARN":"arn:aws:kinesis:us-east-1:111111111111:stream/s"})"),
              "ResourceNotFoundException: Stream s under account 111111111111 not found.");
    context_.scope.account = "111111111111";
    EXPECT_EQ(error("DescribeStream", kName),
              "ResourceNotFoundException: Stream s under account 111111111111 not found.");
}

TEST_F(StreamOperations, ListStreamsPages) {
    for (const char* name : {"c", "a", "b"}) create_stream(name);
    auto page = ok("ListStreams", R"({"Limit":2})");
    EXPECT_EQ(codec::to_json(page.at("StreamNames")), R"(["a","b"])");
    EXPECT_TRUE(page.at("HasMoreStreams").as_bool());
    const std::string token = text_of(page, "NextToken");
    page = ok("ListStreams", fmt::format(R"({{"NextToken":"{}"}})", token));
    EXPECT_EQ(codec::to_json(page.at("StreamNames")), R"(["c"])");
    EXPECT_FALSE(page.at("HasMoreStreams").as_bool());
    EXPECT_FALSE(page.contains("NextToken"));
    EXPECT_EQ(page.at("StreamSummaries").as_array().size(), 1U);
    page = ok("ListStreams", R"({"ExclusiveStartStreamName":"b"})");
    EXPECT_EQ(codec::to_json(page.at("StreamNames")), R"(["c"])");
    EXPECT_EQ(error("ListStreams", R"({"NextToken":"x"})"), "InvalidArgumentException: Invalid NextToken.");
    clock_.advance(kPageTokenLifetime + Milliseconds{1});
    EXPECT_TRUE(error("ListStreams", fmt::format(R"({{"NextToken":"{}"}})", token))
                    .starts_with("ExpiredNextTokenException"));
}

TEST_F(StreamOperations, ListShardsPagesAndFilters) {
    create_stream("s", 3);
    auto page = ok("ListShards", R"({"StreamName":"s","MaxResults":2})");
    EXPECT_EQ(page.at("Shards").as_array().size(), 2U);
    const std::string token = text_of(page, "NextToken");
    page = ok("ListShards", fmt::format(R"({{"NextToken":"{}"}})", token));
    EXPECT_EQ(page.at("Shards").as_array().size(), 1U);
    EXPECT_FALSE(page.contains("NextToken"));
    EXPECT_EQ(error("ListShards", fmt::format(R"({{"StreamName":"s","NextToken":"{}"}})", token)),
              "InvalidArgumentException: NextToken and StreamName cannot be provided together.");
    EXPECT_EQ(error("ListShards", "{}"),
              "InvalidArgumentException: Either NextToken or StreamName should be provided.");
    page =
        ok("ListShards",
           R"({"StreamName":"s","ShardFilter":{"Type":"AFTER_SHARD_ID","ShardId":"shardId-000000000000"}})");
    EXPECT_EQ(page.at("Shards").as_array().size(), 2U);
    page = ok("ListShards", R"({"StreamName":"s","ShardFilter":{"Type":"AT_TIMESTAMP","Timestamp":1}})");
    EXPECT_EQ(page.at("Shards").as_array().size(), 3U);
    EXPECT_TRUE(error("ListShards", R"({"StreamName":"s","ShardFilter":{"Type":"AT_TIMESTAMP"}})")
                    .starts_with("InvalidArgumentException"));
    clock_.advance(kPageTokenLifetime + Milliseconds{1});
    EXPECT_TRUE(error("ListShards", fmt::format(R"({{"NextToken":"{}"}})", token))
                    .starts_with("ExpiredNextTokenException"));
}

TEST_F(StreamOperations, TagsUpToFifty) {
    create_stream("s");
    std::string tags;
    for (std::size_t i = 0; i < kTagsPerResourceMax; ++i)
        tags += fmt::format(R"({}"k{:02}":"v")", i == 0 ? "" : ",", i);
    ok("AddTagsToStream", fmt::format(R"({{"StreamName":"s","Tags":{{{}}}}})", tags));
    EXPECT_TRUE(error("AddTagsToStream", R"({"StreamName":"s","Tags":{"more":"v"}})")
                    .contains("cannot have more than 50 tags"));
    ok("AddTagsToStream", R"({"StreamName":"s","Tags":{"k00":"new"}})");
    const auto page = ok("ListTagsForStream", R"({"StreamName":"s","Limit":1})");
    EXPECT_EQ(codec::to_json(page.at("Tags")), R"([{"Key":"k00","Value":"new"}])");
    EXPECT_TRUE(page.at("HasMoreTags").as_bool());
    ok("RemoveTagsFromStream", R"({"StreamName":"s","TagKeys":["k00","absent"]})");
    const auto rest = ok("ListTagsForStream", R"({"StreamName":"s","ExclusiveStartTagKey":"k47"})");
    EXPECT_EQ(rest.at("Tags").as_array().size(), 2U);
    EXPECT_FALSE(rest.at("HasMoreTags").as_bool());
}

TEST_F(StreamOperations, RetentionPeriodWithinItsBounds) {
    create_stream("s");
    const auto hours = [&] {
        return ok("DescribeStream", kName)
            .at("StreamDescription")
            .as_object()
            .at("RetentionPeriodHours")
            .as_int64();
    };
    ok("IncreaseStreamRetentionPeriod", R"({"StreamName":"s","RetentionPeriodHours":8760})");
    EXPECT_EQ(hours(), 8760);
    EXPECT_EQ(error("IncreaseStreamRetentionPeriod", R"({"StreamName":"s","RetentionPeriodHours":8761})"),
              "InvalidArgumentException: Maximum allowed retention period is 8760 hours. Requested retention "
              "period (8761 "
              "hours) is too long.");
    EXPECT_TRUE(error("IncreaseStreamRetentionPeriod", R"({"StreamName":"s","RetentionPeriodHours":48})")
                    .contains("can not be shorter than existing retention period (8760 hours)"));
    ok("DecreaseStreamRetentionPeriod", R"({"StreamName":"s","RetentionPeriodHours":24})");
    EXPECT_EQ(hours(), 24);
    EXPECT_TRUE(error("DecreaseStreamRetentionPeriod", R"({"StreamName":"s","RetentionPeriodHours":23})")
                    .contains("too short"));
    EXPECT_TRUE(error("DecreaseStreamRetentionPeriod", R"({"StreamName":"s","RetentionPeriodHours":25})")
                    .contains("longer"));
}

TEST_F(StreamOperations, EverythingIsBackAfterARestart) {
    create_stream("s", 2);
    ok("AddTagsToStream", R"({"StreamName":"s","Tags":{"a":"b"}})");
    ok("UpdateMaxRecordSize",
       R"({"StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s","MaxRecordSizeInKiB":2048})");
    const std::string before = call("DescribeStream", kName).body;
    const std::string summary = call("DescribeStreamSummary", kName).body;
    restart();
    EXPECT_EQ(call("DescribeStream", kName).body, before);
    EXPECT_EQ(call("DescribeStreamSummary", kName).body, summary);
    EXPECT_EQ(ok("ListTagsForStream", kName).at("Tags").as_array().size(), 1U);
    ok("DeleteStream", R"({"StreamName":"s","EnforceConsumerDeletion":true})");
    restart();
    EXPECT_TRUE(error("DescribeStream", kName).starts_with("ResourceNotFoundException"));
}

TEST_F(StreamOperations, DeletionRemovesTheLogsAlsoAfterACrash) {
    create_stream("s");
    put("s", "k", "data");
    const storage::LogId log{service_->record_source()
                                 .shards("arn:aws:kinesis:us-east-1:000000000000:stream/s")
                                 ->front()
                                 .incarnation};
    // The deletion is committed, but the program dies before the logs are removed.
    const ports::ResourceRequest request{.context = context_, .type = "AWS::Kinesis::Stream"};
    service_->resource_provider().remove(request, "s", [&](aws::Outcome<void> removed) {
        EXPECT_TRUE(removed);
        store_.fail_writes(Error{ErrorCode::kUnavailable, "dead"});
    });
    executor_.run_ready();
    EXPECT_EQ(catalog_->list("kinesis/").size(), 1U) << "the log is still to be removed";
    store_.fail_writes(std::nullopt);
    restart();
    EXPECT_EQ(store_.end(log), storage::Offset{0});
    EXPECT_TRUE(catalog_->list("kinesis/").empty());
}

TEST_F(StreamOperations, ResetForgetsAllStreams) {
    create_stream("s");
    service_->reset();
    EXPECT_TRUE(error("DescribeStream", kName).starts_with("ResourceNotFoundException"));
}

}  // namespace
}  // namespace millrace::kinesis
