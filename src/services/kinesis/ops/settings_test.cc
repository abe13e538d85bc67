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
