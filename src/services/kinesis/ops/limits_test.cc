#include <fmt/format.h>

#include "base/units.h"
#include "codec/base64.h"
#include "services/kinesis/service_fixture.h"

namespace millrace::kinesis {
namespace {

/// What --limits=aws answers.
class LimitsTest : public ServiceFixture {
  protected:
    LimitsTest() {
        create_stream("s", 2);
        ok("UpdateMaxRecordSize",
           R"({"StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s","MaxRecordSizeInKiB":10240})");
        restart(true);
    }
    /// To the first shard.
    static std::string record(std::size_t bytes) {
        return fmt::format(R"({{"StreamName":"s","PartitionKey":"k","ExplicitHashKey":"0","Data":"{}"}})",
                           codec::base64_encode(std::string(bytes - 1, 'x')));
    }
    static constexpr std::string_view kExceeded =
        "ProvisionedThroughputExceededException: Rate exceeded for shard shardId-000000000000 in stream s "
        "under "
        "account 000000000000.";
};

TEST_F(LimitsTest, RefuseARecord) {
    ok("PutRecord", record(1_MiB));
    EXPECT_EQ(error("PutRecord", record(2)), kExceeded);
    ok("PutRecord",
       R"({"StreamName":"s","PartitionKey":"k","ExplicitHashKey":"340282366920938463463374607431768211455","Data":""})");
    executor_.advance(Milliseconds{1'000});
    ok("PutRecord", record(1_MiB));
}

TEST_F(LimitsTest, RefuseSomeRecordsOfSeveral) {
    const auto entry = [](std::string_view key, std::size_t bytes) {
        return fmt::format(R"({{"PartitionKey":"k","ExplicitHashKey":"{}","Data":"{}"}})", key,
                           codec::base64_encode(std::string(bytes - 1, 'x')));
    };
    const std::string high = "340282366920938463463374607431768211455";
    const auto output = ok("PutRecords", fmt::format(R"({{"StreamName":"s","Records":[{},{},{}]}})",
                                                     entry("0", 1_MiB), entry("0", 2), entry(high, 5)));
    EXPECT_EQ(output.at("FailedRecordCount"), 1);
    const auto& records = output.at("Records").as_array();
    EXPECT_EQ(records.at(0).at("ShardId"), "shardId-000000000000");
    EXPECT_EQ(
        codec::to_json(records.at(1)),
        R"({"ErrorCode":"ProvisionedThroughputExceededException","ErrorMessage":"Rate exceeded for shard )"
        R"(shardId-000000000000 in stream s under account 000000000000."})");
    EXPECT_EQ(records.at(2).at("ShardId"), "shardId-000000000001");
    const auto from =
        ok("GetShardIterator",
           fmt::format(R"({{"StreamName":"s","ShardId":"1","ShardIteratorType":"AT_SEQUENCE_NUMBER",)"
                       R"("StartingSequenceNumber":{}}})",
                       codec::to_json(records.at(2).at("SequenceNumber"))));
    EXPECT_EQ(read(text_of(from, "ShardIterator")), std::vector<std::string>{"xxxx"});
    EXPECT_EQ(read(iterator("s", "TRIM_HORIZON")).size(), 1U);
}

TEST_F(LimitsTest, RefuseAllRecords) {
    ok("PutRecord", record(1_MiB));
    const auto output =
        ok("PutRecords",
           R"({"StreamName":"s","Records":[{"PartitionKey":"k","ExplicitHashKey":"0","Data":""}]})");
    EXPECT_EQ(output.at("FailedRecordCount"), 1);
    EXPECT_FALSE(output.at("Records").at(0).as_object().contains("SequenceNumber"));
}

TEST_F(LimitsTest, RefuseReads) {
    const std::string start = iterator("s", "TRIM_HORIZON");
    const auto get = [&] { return error("GetRecords", fmt::format(R"({{"ShardIterator":"{}"}})", start)); };
    for (int i = 0; i < 5; ++i) EXPECT_EQ(get(), "200") << i;
    EXPECT_EQ(get(), kExceeded);
    executor_.advance(Milliseconds{1'000});
    ok("PutRecord", record(10_MiB));
    EXPECT_EQ(get(), "200");
    executor_.advance(Milliseconds{4'999});
    EXPECT_EQ(get(), kExceeded);
    executor_.advance(Milliseconds{1});
    EXPECT_EQ(get(), "200");
}

TEST_F(LimitsTest, RefuseIterators) {
    for (int i = 0; i < 5; ++i) iterator("s", "LATEST");
    EXPECT_EQ(error("GetShardIterator",
                    R"({"StreamName":"s","ShardId":"shardId-000000000000","ShardIteratorType":"LATEST"})"),
              kExceeded);
}

TEST_F(LimitsTest, RefuseCalls) {
    for (int i = 0; i < 5; ++i) ok("ListStreams", "{}");
    EXPECT_EQ(error("ListStreams", "{}"), "LimitExceededException: Rate exceeded for account 000000000000.");
    for (int i = 0; i < 10; ++i) ok("DescribeStream", R"({"StreamName":"s"})");
    const std::string exceeded =
        "LimitExceededException: Rate exceeded for stream s under account 000000000000.";
    EXPECT_EQ(error("DescribeStream", R"({"StreamName":"s"})"), exceeded);
    EXPECT_EQ(error("DescribeStream", R"({"StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s"})"),
              exceeded);
    executor_.advance(Milliseconds{200});
    ok("ListStreams", "{}");
}

TEST_F(LimitsTest, RefuseDryRuns) {
    const std::string dry = R"({"StreamName":"s","PartitionKey":"k","Data":"","DryRun":true})";
    EXPECT_TRUE(error("PutRecord", dry).starts_with("DryRunOperationException: "));
    EXPECT_EQ(error("PutRecord", dry), "ThrottlingException: Rate exceeded");
    executor_.advance(Milliseconds{1'000});
    EXPECT_TRUE(error("PutRecord", dry).starts_with("DryRunOperationException: "));
}

TEST_F(LimitsTest, AreOffUnlessAskedFor) {
    restart();
    for (int i = 0; i < 20; ++i) {
        ok("PutRecord", record(1_MiB));
        ok("ListStreams", "{}");
    }
}

}  // namespace
}  // namespace millrace::kinesis
