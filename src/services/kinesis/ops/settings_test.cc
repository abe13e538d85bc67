#include <gtest/gtest.h>

#include "services/kinesis/account_settings.h"
#include "services/kinesis/service_fixture.h"

namespace millrace::kinesis {
namespace {

class SettingsTest : public ServiceFixture {
  protected:
    codec::JsonObject account() {
        return ok("DescribeAccountSettings", "{}").at("MinimumThroughputBillingCommitment").as_object();
    }
};

TEST_F(SettingsTest, SurviveARestart) {
    ok("CreateStream", R"({"StreamName":"s","ShardCount":1})");
    ok("EnableEnhancedMonitoring", R"({"StreamName":"s","ShardLevelMetrics":["IncomingBytes"]})");
    const std::string arn = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
    ok("PutResourcePolicy",
       R"({"ResourceARN":")" + arn +
           R"(","Policy":"{\"Statement\":{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"*\"}}"})");
    ok("UpdateAccountSettings", R"({"MinimumThroughputBillingCommitment":{"Status":"ENABLED"}})");
    const auto before = account();
    restart();
    const auto summary = ok("DescribeStreamSummary", R"({"StreamName":"s"})");
    EXPECT_EQ(summary.at("StreamDescriptionSummary").at("EnhancedMonitoring"),
              codec::parse_json(R"([{"ShardLevelMetrics":["IncomingBytes"]}])").value());
    EXPECT_EQ(ok("GetResourcePolicy", R"({"ResourceARN":")" + arn + R"("})").at("Policy"),
              R"({"Statement":{"Effect":"Deny","Principal":"*","Action":"*"}})");
    EXPECT_EQ(account(), before);
    EXPECT_EQ(before.at("Status"), "ENABLED");
}

TEST_F(SettingsTest, ShardLevelMetricsAddUp) {
    create_stream("s");
    const auto call = [&](const std::string& operation, const std::string& names) {
        const auto output = ok(operation, R"({"StreamName":"s","ShardLevelMetrics":)" + names + "}");
        EXPECT_EQ(text_of(output, "StreamName"), "s");
        EXPECT_EQ(text_of(output, "StreamARN"), "arn:aws:kinesis:us-east-1:000000000000:stream/s");
        return codec::to_json(output.at("CurrentShardLevelMetrics")) + " " +
               codec::to_json(output.at("DesiredShardLevelMetrics"));
    };
    EXPECT_EQ(call("EnableEnhancedMonitoring", R"(["OutgoingBytes"])"), R"([] ["OutgoingBytes"])");
    EXPECT_EQ(call("EnableEnhancedMonitoring", R"(["IncomingBytes"])"),
              R"(["OutgoingBytes"] ["IncomingBytes","OutgoingBytes"])");
    EXPECT_EQ(call("DisableEnhancedMonitoring", R"(["OutgoingBytes","IncomingRecords"])"),
              R"(["IncomingBytes","OutgoingBytes"] ["IncomingBytes"])");
    const std::string all =
        R"(["IncomingBytes","IncomingRecords","IteratorAgeMilliseconds","OutgoingBytes","OutgoingRecords",)"
        R"("ReadProvisionedThroughputExceeded","WriteProvisionedThroughputExceeded"])";
    EXPECT_EQ(call("EnableEnhancedMonitoring", R"(["ALL"])"), R"(["IncomingBytes"] )" + all);
    EXPECT_EQ(call("DisableEnhancedMonitoring", R"(["ALL"])"), all + " []");
    const auto description = ok("DescribeStream", R"({"StreamName":"s"})").at("StreamDescription");
    EXPECT_EQ(codec::to_json(description.at("EnhancedMonitoring")), R"([{"ShardLevelMetrics":[]}])");
}

TEST_F(SettingsTest, ACommitmentEnds24HoursAfterItsStartAtTheEarliest) {
    EXPECT_EQ(account(), (codec::JsonObject{{"Status", "DISABLED"}}));
    ok("UpdateAccountSettings", R"({"MinimumThroughputBillingCommitment":{"Status":"ENABLED"}})");
    ok("UpdateAccountSettings", R"({"MinimumThroughputBillingCommitment":{"Status":"DISABLED"}})");
    const auto ending = account();
    EXPECT_EQ(ending.at("Status"), "ENABLED_UNTIL_EARLIEST_ALLOWED_END");
    const double start = ending.at("StartedAt").to_number<double>();
    EXPECT_DOUBLE_EQ(ending.at("EarliestAllowedEndAt").to_number<double>(), start + 86'400);
    executor_.advance(kCommitmentMin);
    EXPECT_EQ(account().at("Status"), "DISABLED");
    EXPECT_DOUBLE_EQ(account().at("EndedAt").to_number<double>(), start + 86'400);
}

}  // namespace
}  // namespace millrace::kinesis
