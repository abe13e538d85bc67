#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

#include "codec/json.h"
#include "services/lambda/testing/service_fixture.h"

namespace millrace::lambda {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ServiceTest;

constexpr const char* kStream = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
constexpr const char* kShard = "shardId-000000000000";

class MappingsTest : public ServiceTest {
  protected:
    MappingsTest() {
        source().add_shard(kStream, kShard);
        create_local("f", "python3.11", "index.handler", {{"index.py", R"(
import base64
def handler(event, context):
    for record in event["Records"]:
        print("got " + base64.b64decode(record["kinesis"]["data"]).decode())
)"}});
    }

    aws::testing::Answer map(const std::string& more = "") {
        return call("CreateEventSourceMapping",
                    fmt::format(R"({{"EventSourceArn":"{}","FunctionName":"f"{}}})", kStream, more));
    }
    std::string map_from(const std::string& position) {
        const auto answer = map(R"(,"StartingPosition":")" + position + "\"");
        EXPECT_EQ(answer.status, 200) << answer.body;
        return text_of(answer.body, "UUID");
    }
    static std::string text_of(const std::string& body, std::string_view key) {
        return std::string(codec::parse_json(body)->as_object().at(key).as_string());
    }
    aws::testing::Answer get(const std::string& uuid) {
        return call("GetEventSourceMapping", fmt::format(R"({{"UUID":"{}"}})", uuid));
    }
    bool printed(const std::string& text, std::size_t times = 1) {
        return run_until([&] { return count_lines(text) == times; });
    }
};

TEST_F(MappingsTest, RecordsReachTheFunction) {
    source().put(kStream, kShard, "early");
    const std::string uuid = map_from("TRIM_HORIZON");
    EXPECT_TRUE(printed("got early"));
    source().put(kStream, kShard, "late");
    EXPECT_TRUE(printed("got late"));
    EXPECT_TRUE(run_until([&] { return text_of(get(uuid).body, "LastProcessingResult") == "OK"; }));
    EXPECT_THAT(get(uuid).body, AllOf(HasSubstr(R"("State":"Enabled")"), HasSubstr(R"("BatchSize":100)"),
                                      HasSubstr(R"("StartingPosition":"TRIM_HORIZON")")));
}

TEST_F(MappingsTest, LatestIsPinnedWhenTheMappingIsMade) {
    source().put(kStream, kShard, "early");
    map_from("LATEST");
    source().put(kStream, kShard, "late");
    EXPECT_TRUE(printed("got late"));
    EXPECT_EQ(count_lines("got early"), 0U);
}

TEST_F(MappingsTest, TheCheckpointSurvivesARestart) {
    source().put(kStream, kShard, "one");
    map_from("TRIM_HORIZON");
    ASSERT_TRUE(printed("got one"));
    run_until([] { return false; }, Milliseconds{100});
    restart();
    source().put(kStream, kShard, "two");
    EXPECT_TRUE(printed("got two"));
    EXPECT_EQ(count_lines("got one"), 1U);
}

TEST_F(MappingsTest, AStreamMadeAgainIsReadFromItsBegin) {
    source().put(kStream, kShard, "one");
    map_from("TRIM_HORIZON");
    ASSERT_TRUE(printed("got one"));
    source().remove_stream(kStream);
    run_until([] { return false; }, Milliseconds{20});
    source().add_shard(kStream, kShard, {}, 2);
    source().put(kStream, kShard, "again");
    EXPECT_TRUE(printed("got again"));
}

TEST_F(MappingsTest, ChildrenWaitForTheirParents) {
    map_from("TRIM_HORIZON");
    source().add_shard(kStream, "shardId-000000000001", {kShard});
    source().put(kStream, "shardId-000000000001", "child");
    source().put(kStream, kShard, "parent");
    ASSERT_TRUE(printed("got parent"));
    run_until([] { return false; }, Milliseconds{100});
    EXPECT_EQ(count_lines("got child"), 0U);
    source().close_shard(kStream, kShard);
    EXPECT_TRUE(printed("got child"));
}

TEST_F(MappingsTest, FinishedShardsStayFinishedAcrossARestart) {
    source().put(kStream, kShard, "parent");
    map_from("TRIM_HORIZON");
    ASSERT_TRUE(printed("got parent"));
    source().add_shard(kStream, "shardId-000000000001", {kShard});
    source().close_shard(kStream, kShard);
    source().put(kStream, "shardId-000000000001", "child");
    ASSERT_TRUE(printed("got child"));
    run_until([] { return false; }, Milliseconds{100});
    restart();
    source().put(kStream, "shardId-000000000001", "later");
    EXPECT_TRUE(printed("got later"));
    EXPECT_EQ(count_lines("got parent"), 1U);
    EXPECT_EQ(count_lines("got child"), 1U);
}

TEST_F(MappingsTest, ACheckpointGoesWithItsShard) {
    map_from("TRIM_HORIZON");
    source().add_shard(kStream, "shardId-000000000001", {kShard});
    source().close_shard(kStream, kShard);
    source().put(kStream, "shardId-000000000001", "child");
    ASSERT_TRUE(printed("got child"));
    EXPECT_TRUE(run_until([&] { return checkpoints() == 2; }));
    source().remove_shard(kStream, kShard);
    EXPECT_TRUE(run_until([&] { return checkpoints() == 1; }));
    source().put(kStream, "shardId-000000000001", "later");
    EXPECT_TRUE(printed("got later"));
}

TEST_F(MappingsTest, DisabledItKeepsItsPosition) {
    const std::string uuid = map_from("TRIM_HORIZON");
    const auto update = [&](const char* enabled) {
        return call("UpdateEventSourceMapping", fmt::format(R"({{"UUID":"{}","Enabled":{}}})", uuid, enabled))
            .body;
    };
    EXPECT_THAT(update("false"), HasSubstr(R"("State":"Disabling")"));
    EXPECT_THAT(get(uuid).body, HasSubstr(R"("State":"Disabled")"));
    source().put(kStream, kShard, "meanwhile");
    run_until([] { return false; }, Milliseconds{100});
    EXPECT_EQ(count_lines("got meanwhile"), 0U);
    EXPECT_THAT(update("true"), HasSubstr(R"("State":"Enabling")"));
    EXPECT_TRUE(printed("got meanwhile"));
}

TEST_F(MappingsTest, DeletedItReadsNoMore) {
    const std::string uuid = map_from("TRIM_HORIZON");
    const auto deleted = call("DeleteEventSourceMapping", fmt::format(R"({{"UUID":"{}"}})", uuid));
    EXPECT_THAT(deleted.body, HasSubstr(R"("State":"Deleting")"));
    EXPECT_EQ(get(uuid).status, 404);
    source().put(kStream, kShard, "x");
    run_until([] { return false; }, Milliseconds{100});
    EXPECT_EQ(count_lines("got x"), 0U);
    map_from("TRIM_HORIZON");
    EXPECT_TRUE(printed("got x"));
}

TEST_F(MappingsTest, ADuplicateIsRefusedInAwsWords) {
    const std::string uuid = map_from("LATEST");
    const auto again = map(R"(,"StartingPosition":"LATEST")");
    EXPECT_EQ(again.status, 409);
    EXPECT_THAT(again.body,
                HasSubstr("already exists. Please update or delete the existing mapping with UUID " + uuid));
    EXPECT_THAT(call("ListEventSourceMappings", R"({"FunctionName":"f"})").body, HasSubstr(uuid));
}

TEST_F(MappingsTest, FiltersAreObeyedShownAndChanged) {
    const auto answer = map(
        R"(,"StartingPosition":"TRIM_HORIZON","FilterCriteria":{"Filters":[{"Pattern":"{\"data\":{\"a\":[1]}}"}]})");
    ASSERT_EQ(answer.status, 200) << answer.body;
    const std::string uuid = text_of(answer.body, "UUID");
    EXPECT_THAT(get(uuid).body, HasSubstr(R"("FilterCriteria":{"Filters":[{"Pattern":"{\"data\")"));
    source().put(kStream, kShard, R"({"a":2})");
    source().put(kStream, kShard, "plain");
    source().put(kStream, kShard, R"({"a":1})");
    EXPECT_TRUE(printed(R"(got {"a":1})"));
    EXPECT_EQ(count_lines("got plain") + count_lines(R"(got {"a":2})"), 0U);

    EXPECT_EQ(call("UpdateEventSourceMapping", fmt::format(R"({{"UUID":"{}","FilterCriteria":{{}}}})", uuid))
                  .status,
              200);
    EXPECT_THAT(get(uuid).body, Not(HasSubstr("FilterCriteria")));
    source().put(kStream, kShard, "now");
    EXPECT_TRUE(printed("got now"));
}

TEST_F(MappingsTest, FiltersHaveLimits) {
    const auto filters = [&](std::size_t count, const std::string& pattern) {
        std::string list;
        for (std::size_t i = 0; i < count; ++i) list += R"({"Pattern":")" + pattern + R"("},)";
        if (!list.empty()) list.pop_back();
        return map(R"(,"StartingPosition":"LATEST","FilterCriteria":{"Filters":[)" + list + "]}");
    };
    const auto of_length = [](std::size_t length) {
        const std::string frame = R"({\"a\":[\"\"]})";
        return R"({\"a\":[\")" + std::string(length - (frame.size() - 4), 'x') + R"(\"]})";
    };
    EXPECT_EQ(filters(6, of_length(20)).status, 400);
    EXPECT_EQ(filters(1, of_length(4097)).status, 400);
    const auto invalid = filters(1, "{}");
    EXPECT_EQ(invalid.status, 400);
    EXPECT_THAT(invalid.body, HasSubstr("Invalid filter pattern definition."));
    EXPECT_EQ(filters(1, R"({\"data\":[\"plain\"]})").status, 400);
    EXPECT_EQ(filters(5, of_length(4096)).status, 200);
}

TEST_F(MappingsTest, WhatIsGivenUpIsToldToTheFailureDestination) {
    const std::string queue = "arn:aws:sqs:us-east-1:000000000000:failures";
    queues().add(queue);
    create_local("bad", "python3.11", "index.handler",
                 {{"index.py", "def handler(e, c): raise ValueError()"}});
    const auto made =
        call("CreateEventSourceMapping",
             fmt::format(R"({{"EventSourceArn":"{}","FunctionName":"bad","StartingPosition":"TRIM_HORIZON",
                         "MaximumRetryAttempts":1,
                         "DestinationConfig":{{"OnFailure":{{"Destination":"{}"}}}}}})",
                         kStream, queue));
    ASSERT_EQ(made.status, 200) << made.body;
    EXPECT_THAT(made.body, HasSubstr(R"("OnFailure":{"Destination":")" + queue));
    source().put(kStream, kShard, "x");
    ASSERT_TRUE(run_until([&] { return queues().bodies(queue).size() == 1; }));
    EXPECT_THAT(queues().bodies(queue).front(),
                AllOf(HasSubstr(R"("condition":"RetryAttemptsExhausted","approximateInvokeCount":2)"),
                      HasSubstr(R"("functionArn":"arn:aws:lambda:us-east-1:000000000000:function:bad")"),
                      HasSubstr(R"("startSequenceNumber":"1000","endSequenceNumber":"1000")")));
    const auto cleared =
        call("UpdateEventSourceMapping",
             fmt::format(R"({{"UUID":"{}","DestinationConfig":{{}}}})", text_of(made.body, "UUID")));
    EXPECT_THAT(cleared.body, HasSubstr(R"("OnFailure":{}})"));
}

TEST_F(MappingsTest, DestinationsOfOtherKindsAreRefused) {
    for (const auto& [arn, message] : std::map<std::string, std::string>{
             {"arn:aws:sns:us-east-1:000000000000:t", "A failure destination in SNS is not offered"},
             {"arn:aws:s3:::bucket", "is invalid: there is no such bucket."},
             {"kafka://topic", "A failure destination in Kafka is not offered"},
             {"arn:aws:sqs:us-east-1:000000000000:q.fifo", "must be a standard SQS queue"},
             {"arn:aws:sqs:us-east-1:000000000000:missing", "there is no such queue"}}) {
        const auto answer = map(fmt::format(
            R"(,"StartingPosition":"LATEST","DestinationConfig":{{"OnFailure":{{"Destination":"{}"}}}})",
            arn));
        EXPECT_EQ(answer.status, 400) << arn;
        EXPECT_THAT(answer.body, HasSubstr(message)) << arn;
    }
}

TEST_F(MappingsTest, ParallelizationFactorIsShownAndLimited) {
    EXPECT_EQ(map(R"(,"StartingPosition":"LATEST","ParallelizationFactor":0)").status, 400);
    EXPECT_EQ(map(R"(,"StartingPosition":"LATEST","ParallelizationFactor":11)").status, 400);
    const auto made = map(R"(,"StartingPosition":"LATEST","ParallelizationFactor":10)");
    EXPECT_THAT(made.body, HasSubstr(R"("ParallelizationFactor":10)"));
    restart();
    EXPECT_THAT(get(text_of(made.body, "UUID")).body, HasSubstr(R"("ParallelizationFactor":10)"));
    source().put(kStream, kShard, "x");
    EXPECT_TRUE(printed("got x"));
}

TEST_F(MappingsTest, WhatIsNotObeyedIsRefused) {
    for (const char* property : {R"("LoggingConfig":{"SystemLogLevel":"INFO"})",
                                 R"("ProvisionedPollerConfig":{"MinimumPollers":2})"}) {
        const auto answer = map(fmt::format(R"(,"StartingPosition":"LATEST",{})", property));
        EXPECT_EQ(answer.status, 400) << property;
        EXPECT_THAT(answer.body, HasSubstr("is not offered by Millrace yet; see docs/compatibility.md"))
            << property;
    }
    EXPECT_EQ(map(R"(,"StartingPosition":"LATEST","MaximumRecordAgeInSeconds":5)").status, 400);
    EXPECT_EQ(map("").status, 400);
}

}  // namespace
}  // namespace millrace::lambda
