#include <fmt/format.h>

#include "services/kinesis/service_fixture.h"

namespace millrace::kinesis {
namespace {

constexpr std::string_view kArn = "arn:aws:kinesis:us-east-1:000000000000:stream/s";

/// RecordDistributionStrategy: who decides on a record's shard.
class DistributionTest : public ServiceFixture {
  protected:
    void create(const std::string& more = R"(,"RecordDistributionStrategy":"AUTO")") {
        ok("CreateStream",
           fmt::format(R"({{"StreamName":"s","StreamModeDetails":{{"StreamMode":"ON_DEMAND"}}{}}})", more));
    }
    std::string set(std::string_view strategy) {
        return error(
            "UpdateStreamRecordDistributionStrategy",
            fmt::format(R"({{"StreamARN":"{}","RecordDistributionStrategy":"{}"}})", kArn, strategy));
    }
    codec::JsonObject summary() {
        return ok("DescribeStreamSummary", R"({"StreamName":"s"})")
            .at("StreamDescriptionSummary")
            .as_object();
    }
    /// How many records went to each shard.
    std::map<std::string, int> put(int count, const std::string& more = "") {
        std::map<std::string, int> counts;
        for (int i = 0; i < count; ++i) {
            ++counts[text_of(ok("PutRecord", fmt::format(R"({{"StreamName":"s","Data":"YQ=="{}}})", more)),
                             "ShardId")];
        }
        return counts;
    }
};

TEST_F(DistributionTest, SpreadsRecordsEvenlyWhateverTheirKeys) {
    create();
    EXPECT_EQ(summary().at("RecordDistributionStrategy"), "AUTO");
    for (const char* keys :
         {"", R"(,"PartitionKey":"same")", R"(,"PartitionKey":"same","ExplicitHashKey":"0")",
          R"(,"ExplicitHashKey":"340282366920938463463374607431768211456")"}) {
        const auto counts = put(400, keys);
        EXPECT_EQ(counts.size(), 4U) << keys;
        for (const auto& [shard, count] : counts) EXPECT_NEAR(count, 100, 2) << shard << keys;
    }
    const auto answer = ok("PutRecords", R"({"StreamName":"s","Records":[{"Data":"YQ=="},{"Data":"YQ=="}]})");
    EXPECT_NE(answer.at("Records").at(0).at("ShardId"), answer.at("Records").at(1).at("ShardId"));
}

TEST_F(DistributionTest, ShowsTheKeysThatWereGiven) {
    create();
    put(8);
    const auto without =
        ok("GetRecords", fmt::format(R"({{"ShardIterator":"{}"}})", iterator("s", "TRIM_HORIZON")));
    EXPECT_FALSE(without.at("Records").at(0).as_object().contains("PartitionKey"));
    const std::string latest = iterator("s", "LATEST");
    put(8, R"(,"PartitionKey":"k")");
    const auto with = ok("GetRecords", fmt::format(R"({{"ShardIterator":"{}"}})", latest));
    EXPECT_EQ(with.at("Records").at(0).at("PartitionKey"), "k");
}

TEST_F(DistributionTest, RefusesAnOrder) {
    create();
    EXPECT_EQ(
        error("PutRecord", R"({"StreamName":"s","Data":"YQ==","SequenceNumberForOrdering":"1"})"),
        "InvalidArgumentException: SequenceNumberForOrdering cannot be used in PutRecord on stream s under "
        "account 000000000000, whose record distribution strategy is AUTO.");
}

TEST_F(DistributionTest, IsChangedAtAnyTimeAndSurvivesARestart) {
    create("");
    EXPECT_EQ(summary().at("RecordDistributionStrategy"), "USER_PARTITION_KEY");
    EXPECT_EQ(
        error("PutRecord", R"({"StreamName":"s","Data":"YQ=="})"),
        "ValidationException: 1 validation error detected: Value null at 'partitionKey' failed to satisfy "
        "constraint: Member must not be null");
    EXPECT_EQ(
        error("PutRecords", R"({"StreamName":"s","Records":[{"Data":"","PartitionKey":"k"},{"Data":""}]})"),
        "ValidationException: 1 validation error detected: Value null at 'records.2.member.partitionKey' "
        "failed to satisfy constraint: Member must not be null");
    EXPECT_EQ(put(9, R"(,"PartitionKey":"same")").size(), 1U);
    EXPECT_EQ(set("AUTO"), "200");
    restart();
    EXPECT_EQ(summary().at("RecordDistributionStrategy"), "AUTO");
    EXPECT_EQ(put(9, R"(,"PartitionKey":"same")").size(), 4U);
    EXPECT_EQ(set("USER_PARTITION_KEY"), "200");
    EXPECT_EQ(put(9, R"(,"PartitionKey":"same")").size(), 1U);
}

TEST_F(DistributionTest, IsForOnDemandStreams) {
    create_stream("s");
    EXPECT_FALSE(summary().contains("RecordDistributionStrategy"));
    const std::string refused =
        "InvalidArgumentException: RecordDistributionStrategy AUTO is only supported for data streams with "
        "the "
        "on-demand capacity mode.";
    EXPECT_EQ(set("AUTO"), refused);
    EXPECT_EQ(set("USER_PARTITION_KEY"), "200");
    EXPECT_EQ(
        error("CreateStream", R"({"StreamName":"t","ShardCount":1,"RecordDistributionStrategy":"AUTO"})"),
        refused);
    ok("CreateStream",
       R"({"StreamName":"t","ShardCount":1,"RecordDistributionStrategy":"USER_PARTITION_KEY"})");
}

TEST_F(DistributionTest, EndsWithTheMode) {
    create();
    const auto mode = [](std::string_view name) {
        return fmt::format(R"({{"StreamARN":"{}","StreamModeDetails":{{"StreamMode":"{}"}}}})", kArn, name);
    };
    ok("UpdateStreamMode", mode("PROVISIONED"));
    ok("UpdateStreamMode", mode("ON_DEMAND"));
    EXPECT_EQ(summary().at("RecordDistributionStrategy"), "USER_PARTITION_KEY");
}

}  // namespace
}  // namespace millrace::kinesis
