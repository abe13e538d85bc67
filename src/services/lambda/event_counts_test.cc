#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/json.h"
#include "services/lambda/testing/service_fixture.h"

namespace millrace::lambda {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::ServiceTest;
using Sums = std::map<std::string, double>;

constexpr const char* kStream = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
constexpr const char* kShard = "shardId-000000000000";
constexpr const char* kQueue = "arn:aws:sqs:us-east-1:000000000000:q";
constexpr const char* kAsked = R"(,"MetricsConfig":{"Metrics":["EventCount"]})";

// Mappings with MetricsConfig: what they accept, show and count.
class EventCountsTest : public ServiceTest {
  protected:
    EventCountsTest() {
        source().add_shard(kStream, kShard);
        queues().add(kQueue);
        create_local("f", "python3.11", "index.handler", {{"index.py", R"(
import base64
def handler(event, context):
    for record in event["Records"]:
        if b"poison" in base64.b64decode(record["kinesis"]["data"]):
            raise ValueError("poison")
)"}});
    }

    aws::testing::Answer map(const std::string& more, const std::string& source = kStream) {
        const std::string position = source == kStream ? R"(,"StartingPosition":"TRIM_HORIZON")" : "";
        return call(
            "CreateEventSourceMapping",
            fmt::format(R"({{"EventSourceArn":"{}","FunctionName":"f"{}{}}})", source, position, more));
    }
    static std::string uuid_of(const aws::testing::Answer& answer) {
        return std::string(codec::parse_json(answer.body)->as_object().at("UUID").as_string());
    }
    aws::testing::Answer get(const std::string& uuid) {
        return call("GetEventSourceMapping", fmt::format(R"({{"UUID":"{}"}})", uuid));
    }
    aws::testing::Answer update(const std::string& uuid, const std::string& more) {
        return call("UpdateEventSourceMapping", fmt::format(R"({{"UUID":"{}"{}}})", uuid, more));
    }
    void put(const std::string& kind) {
        source().put(kStream, kShard, fmt::format(R"({{"kind":"{}"}})", kind));
    }
};

TEST_F(EventCountsTest, ASettingThatIsKeptAndCleared) {
    const auto made = map(kAsked);
    ASSERT_EQ(made.status, 200) << made.body;
    const std::string uuid = uuid_of(made);
    const std::string shown = R"("MetricsConfig":{"Metrics":["EventCount"]})";
    EXPECT_THAT(made.body, HasSubstr(shown));
    EXPECT_THAT(update(uuid, R"(,"BatchSize":5)").body, HasSubstr(shown));
    restart();
    EXPECT_THAT(get(uuid).body, HasSubstr(shown));
    EXPECT_THAT(update(uuid, R"(,"MetricsConfig":{"Metrics":[]})").body, Not(HasSubstr("MetricsConfig")));
    EXPECT_THAT(get(uuid).body, Not(HasSubstr("MetricsConfig")));
}

TEST_F(EventCountsTest, MetricsOfKafkaAreRefused) {
    for (const char* source : {kStream, kQueue}) {
        for (const char* metric : {"ErrorCount", "KafkaMetrics"}) {
            const auto answer =
                map(fmt::format(R"(,"MetricsConfig":{{"Metrics":["EventCount","{}"]}})", metric), source);
            EXPECT_EQ(answer.status, 400);
            EXPECT_THAT(answer.body,
                        HasSubstr(fmt::format("Unsupported metric {} in MetricsConfig", metric)));
        }
    }
    EXPECT_THAT(map(R"(,"MetricsConfig":{"Metrics":["Others"]})").body, HasSubstr("validation error"));
}

TEST_F(EventCountsTest, OfAStream) {
    ASSERT_EQ(
        map(fmt::format(
                R"(,"BatchSize":1,"MaximumRetryAttempts":1,"FilterCriteria":{{"Filters":[{{"Pattern":"{}"}}]}}{})",
                R"({\"data\":{\"kind\":[\"good\",\"poison\"]}})", kAsked))
            .status,
        200);
    for (const char* kind : {"good", "other", "poison", "good"}) put(kind);
    EXPECT_TRUE(run_until([&] { return metrics().sums["InvokedEventCount"] == 4; }));
    run_until([] { return false; }, Milliseconds{100});
    EXPECT_EQ(metrics().sums, (Sums{{"PolledEventCount", 4},
                                    {"FilteredOutEventCount", 1},
                                    {"InvokedEventCount", 4},
                                    {"FailedInvokeEventCount", 2},
                                    {"DroppedEventCount", 1}}));
    EXPECT_EQ(metrics().last.name_space, "AWS/Lambda");
    EXPECT_EQ(metrics().last_unit, "Count");
}

TEST_F(EventCountsTest, WhatADestinationGotIsNotDropped) {
    ASSERT_EQ(
        map(fmt::format(
                R"(,"MaximumRetryAttempts":0,"DestinationConfig":{{"OnFailure":{{"Destination":"{}"}}}}{})",
                kQueue, kAsked))
            .status,
        200);
    put("poison");
    EXPECT_TRUE(run_until([&] { return queues().bodies(kQueue).size() == 1; }));
    EXPECT_EQ(metrics().sums, (Sums{{"PolledEventCount", 1},
                                    {"InvokedEventCount", 1},
                                    {"FailedInvokeEventCount", 1},
                                    {"OnFailureDestinationDeliveredEventCount", 1}}));
}

TEST_F(EventCountsTest, NothingIsCountedUnasked) {
    ASSERT_EQ(map(R"(,"MaximumRetryAttempts":0)").status, 200);
    put("poison");
    run_until([] { return false; }, Milliseconds{300});
    EXPECT_TRUE(metrics().sums.empty());
}

}  // namespace
}  // namespace millrace::lambda
