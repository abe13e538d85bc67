#include <fmt/format.h>

#include "services/kinesis/limits.h"
#include "services/kinesis/service_fixture.h"

namespace millrace::kinesis {
namespace {

constexpr std::string_view kArn = "arn:aws:kinesis:us-east-1:000000000000:stream/s";

class WarmThroughputTest : public ServiceFixture {
  protected:
    void commit() {
        ok("UpdateAccountSettings", R"({"MinimumThroughputBillingCommitment":{"Status":"ENABLED"}})");
    }
    static std::string on_demand(std::string_view more = "") {
        return fmt::format(R"({{"StreamName":"s","StreamModeDetails":{{"StreamMode":"ON_DEMAND"}}{}}})",
                           more);
    }
    static std::string warm(std::int32_t mibps) {
        return fmt::format(R"({{"StreamName":"s","WarmThroughputMiBps":{}}})", mibps);
    }
    codec::JsonObject summary() {
        return ok("DescribeStreamSummary", R"({"StreamName":"s"})")
            .at("StreamDescriptionSummary")
            .as_object();
    }
    std::int64_t shards() { return summary().at("OpenShardCount").as_int64(); }
};

TEST_F(WarmThroughputTest, OpensAndClosesShards) {
    commit();
    ok("CreateStream", on_demand());
    EXPECT_EQ(codec::to_json(summary().at("WarmThroughput")), R"({"CurrentMiBps":4})");
    EXPECT_EQ(call("UpdateStreamWarmThroughput", warm(10)).body,
              fmt::format(R"({{"StreamARN":"{}","StreamName":"s","WarmThroughput":{{"TargetMiBps":10,)"
                          R"("CurrentMiBps":4}}}})",
                          kArn));
    EXPECT_EQ(shards(), 10);
    restart();
    EXPECT_EQ(codec::to_json(summary().at("WarmThroughput")), R"({"TargetMiBps":10,"CurrentMiBps":10})");
    ok("UpdateStreamWarmThroughput", warm(10));
    ok("UpdateStreamWarmThroughput", warm(5));
    EXPECT_EQ(shards(), 5);
    ok("UpdateStreamWarmThroughput", warm(0));
    EXPECT_EQ(shards(), kOnDemandShards);
}

TEST_F(WarmThroughputTest, IsGivenAtCreationAndWithTheMode) {
    commit();
    ok("CreateStream", on_demand(R"(,"WarmThroughputMiBps":7)"));
    EXPECT_EQ(shards(), 7);
    const auto mode = [](std::string_view name, std::string_view more = "") {
        return fmt::format(R"({{"StreamARN":"{}","StreamModeDetails":{{"StreamMode":"{}"}}{}}})", kArn, name,
                           more);
    };
    EXPECT_EQ(error("UpdateStreamMode", mode("PROVISIONED", R"(,"WarmThroughputMiBps":9)")),
              "InvalidArgumentException: WarmThroughputMiBps is only supported for data streams with the "
              "on-demand capacity mode.");
    ok("UpdateStreamMode", mode("PROVISIONED"));
    EXPECT_FALSE(summary().contains("WarmThroughput"));
    ok("UpdateStreamMode", mode("ON_DEMAND", R"(,"WarmThroughputMiBps":9)"));
    EXPECT_EQ(codec::to_json(summary().at("WarmThroughput")), R"({"TargetMiBps":9,"CurrentMiBps":9})");
}

TEST_F(WarmThroughputTest, EndsWithTheMode) {
    commit();
    ok("CreateStream", on_demand(R"(,"WarmThroughputMiBps":7)"));
    for (const char* mode : {"PROVISIONED", "ON_DEMAND"}) {
        ok("UpdateStreamMode",
           fmt::format(R"({{"StreamARN":"{}","StreamModeDetails":{{"StreamMode":"{}"}}}})", kArn, mode));
    }
    EXPECT_EQ(codec::to_json(summary().at("WarmThroughput")), R"({"CurrentMiBps":7})");
}

TEST_F(WarmThroughputTest, IsForOnDemandStreamsOfAccountsWithACommitment) {
    ok("CreateStream", on_demand());
    const std::string refused =
        "InvalidArgumentException: WarmThroughputMiBps is only supported in accounts that have "
        "MinimumThroughputBillingCommitment enabled.";
    EXPECT_EQ(error("UpdateStreamWarmThroughput", warm(5)), refused);
    EXPECT_EQ(error("CreateStream", on_demand(R"(,"WarmThroughputMiBps":7)")), refused);
    EXPECT_FALSE(summary().contains("WarmThroughput"));
    ok("DeleteStream", R"({"StreamName":"s"})");
    commit();
    create_stream("s");
    EXPECT_EQ(error("UpdateStreamWarmThroughput", warm(5)),
              "InvalidArgumentException: WarmThroughputMiBps is only supported for data streams with the "
              "on-demand capacity mode.");
    EXPECT_EQ(shards(), 1);
}

TEST_F(WarmThroughputTest, TenGibibytesASecondAtMost) {
    commit();
    ok("CreateStream", on_demand());
    EXPECT_EQ(error("UpdateStreamWarmThroughput", warm(kWarmMiBpsMax + 1)),
              "LimitExceededException: WarmThroughputMiBps cannot be greater than 10240. Requested warm "
              "throughput: 10241.");
    ok("UpdateStreamWarmThroughput", warm(kWarmMiBpsMax));
    EXPECT_EQ(shards(), kWarmMiBpsMax);
}

TEST_F(WarmThroughputTest, AnAdvantageStreamMayHaveFiftyConsumers) {
    commit();
    ok("CreateStream", on_demand());
    const auto add = [&](std::size_t number) {
        return error("RegisterStreamConsumer",
                     fmt::format(R"({{"StreamARN":"{}","ConsumerName":"c{}"}})", kArn, number));
    };
    for (std::size_t i = 0; i < kConsumersPerAdvantageStreamMax; ++i) ASSERT_EQ(add(i), "200");
    EXPECT_TRUE(add(kConsumersPerAdvantageStreamMax).starts_with("LimitExceededException: "));
}

}  // namespace
}  // namespace millrace::kinesis
