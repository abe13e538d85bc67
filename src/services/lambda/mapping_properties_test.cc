#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/json.h"
#include "services/lambda/testing/service_fixture.h"

namespace millrace::lambda {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ServiceTest;

constexpr const char* kStream = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
constexpr const char* kConsumer = "arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:1700000000";
constexpr const char* kQueue = "arn:aws:sqs:us-east-1:000000000000:q";
constexpr const char* kShard = "shardId-000000000000";

// What mappings show, and are told, beside what they do.
class MappingPropertiesTest : public ServiceTest {
  protected:
    MappingPropertiesTest() {
        source().add_shard(kStream, kShard);
        create_local("f", "python3.11", "index.handler", {{"index.py", R"(
import base64
def handler(event, context):
    text = base64.b64decode(event["Records"][0]["kinesis"]["data"]).decode()
    print("got " + text + " of " + event["Records"][0]["eventSourceARN"])
    if text == "poison":
        raise ValueError(text)
)"}});
    }

    aws::testing::Answer map(const std::string& arn, const std::string& more = "") {
        return call("CreateEventSourceMapping",
                    fmt::format(R"({{"EventSourceArn":"{}","FunctionName":"f"{}}})", arn, more));
    }
    aws::testing::Answer map_stream(const std::string& more = "") {
        return map(kStream, R"(,"StartingPosition":"TRIM_HORIZON")" + more);
    }
    static std::string text_of(const std::string& body, std::string_view key) {
        const auto json = codec::parse_json(body);
        const auto* found = json->as_object().if_contains(key);
        return found == nullptr ? "(none)" : std::string(found->as_string());
    }
    aws::testing::Answer get(const std::string& uuid) {
        return call("GetEventSourceMapping", fmt::format(R"({{"UUID":"{}"}})", uuid));
    }
    aws::testing::Answer update(const std::string& uuid, const std::string& more) {
        return call("UpdateEventSourceMapping", fmt::format(R"({{"UUID":"{}"{}}})", uuid, more));
    }
    bool shows(const std::string& uuid, const std::string& result) {
        return run_until([&] { return text_of(get(uuid).body, "LastProcessingResult") == result; });
    }
};

TEST_F(MappingPropertiesTest, TheLastResultIsKeptWhenItIsDisabledAndThroughARestart) {
    const std::string uuid = text_of(map_stream(R"(,"MaximumRetryAttempts":0)").body, "UUID");
    EXPECT_TRUE(shows(uuid, "No records processed"));
    source().put(kStream, kShard, "good");
    EXPECT_TRUE(shows(uuid, "OK"));
    restart();
    EXPECT_TRUE(shows(uuid, "OK"));
    source().put(kStream, kShard, "poison");
    EXPECT_TRUE(shows(uuid, "PROBLEM: Function call failed"));
    update(uuid, R"(,"Enabled":false)");
    restart();
    EXPECT_THAT(get(uuid).body, AllOf(HasSubstr(R"("LastProcessingResult":"PROBLEM: Function call failed")"),
                                      HasSubstr(R"("State":"Disabled")"),
                                      HasSubstr(R"("StateTransitionReason":"User action")")));
    update(uuid, R"(,"Enabled":true)");
    source().put(kStream, kShard, "good");
    EXPECT_TRUE(shows(uuid, "OK"));
}

TEST_F(MappingPropertiesTest, AQueueHasNoLastResult) {
    queues().add(kQueue);
    const auto made = map(kQueue);
    EXPECT_THAT(made.body, AllOf(HasSubstr(R"("StateTransitionReason":"USER_INITIATED")"),
                                 Not(HasSubstr("LastProcessingResult"))));
}

TEST_F(MappingPropertiesTest, AConsumerIsASource) {
    const std::string position = R"(,"StartingPosition":"TRIM_HORIZON")";
    const auto missing = map(kConsumer, position);
    EXPECT_EQ(missing.status, 400);
    EXPECT_THAT(missing.body, HasSubstr(std::string("Consumer not found: ") + kConsumer));
    source().add_shard(kConsumer, kShard);
    const auto made = map(kConsumer, position + R"(,"MaximumRetryAttempts":0)");
    ASSERT_EQ(made.status, 200) << made.body;
    const std::string uuid = text_of(made.body, "UUID");
    source().put(kConsumer, kShard, "x");
    EXPECT_TRUE(run_until([&] { return count_lines(std::string("got x of ") + kConsumer) == 1; }));
    EXPECT_TRUE(shows(uuid, "OK"));
    source().remove_stream(kConsumer);
    EXPECT_TRUE(shows(uuid, "PROBLEM: Consumer not found"));
    EXPECT_EQ(text_of(get(uuid).body, "State"), "Enabled");
}

TEST_F(MappingPropertiesTest, TumblingWindowsAreOfStreamsAndOfOneBatchAtATime) {
    const auto made = map_stream(R"(,"TumblingWindowInSeconds":900)");
    EXPECT_THAT(made.body, HasSubstr(R"("TumblingWindowInSeconds":900)"));
    const std::string uuid = text_of(made.body, "UUID");
    const auto with_lanes = update(uuid, R"(,"ParallelizationFactor":2)");
    EXPECT_EQ(with_lanes.status, 400);
    EXPECT_THAT(with_lanes.body,
                HasSubstr("ParallelizationFactor must be 1 when TumblingWindowInSeconds is"));
    EXPECT_EQ(update(uuid, R"(,"ParallelizationFactor":2,"TumblingWindowInSeconds":0)").status, 200);
    const auto too_long = update(uuid, R"(,"TumblingWindowInSeconds":901)");
    EXPECT_THAT(too_long.body, HasSubstr("Member must have value less than or equal to 900"));
    queues().add(kQueue);
    EXPECT_THAT(
        map(kQueue, R"(,"TumblingWindowInSeconds":1)").body,
        HasSubstr("Unsupported TumblingWindowInSeconds parameter for given event source mapping type."));
}

TEST_F(MappingPropertiesTest, TagsAreListedSetAndTakenByItsArn) {
    const auto made = map_stream(R"(,"Tags":{"a":"1","b":"2"})");
    const std::string arn = text_of(made.body, "EventSourceMappingArn");
    const auto tags = [&] { return call("ListTags", fmt::format(R"({{"Resource":"{}"}})", arn)).body; };
    EXPECT_EQ(tags(), R"({"Tags":{"a":"1","b":"2"}})");
    call("TagResource", fmt::format(R"({{"Resource":"{}","Tags":{{"b":"3","c":"4"}}}})", arn));
    call("UntagResource", fmt::format(R"({{"Resource":"{}","TagKeys":["a"]}})", arn));
    restart();
    EXPECT_EQ(tags(), R"({"Tags":{"b":"3","c":"4"}})");
    std::string fifty;
    for (int i = 0; i < 48; ++i) fifty += fmt::format(R"({}"key{}":"")", i == 0 ? "" : ",", i);
    const auto tag = [&](const std::string& more) {
        return call("TagResource", fmt::format(R"({{"Resource":"{}","Tags":{{{}}}}})", arn, more));
    };
    EXPECT_EQ(tag(fifty).status, 200) << "at the limit";
    EXPECT_THAT(tag(R"("one":"")").body, HasSubstr("Number of tags exceeds resource tag limit."));
    EXPECT_EQ(tag(R"("aws:x":"")").status, 400);
    const std::string other = R"({"Resource":"arn:aws:lambda:us-east-1:000000000000:event-source-mapping:)"
                              R"(00000000-0000-0000-0000-000000000000"})";
    EXPECT_EQ(call("ListTags", other).status, 404);
}

TEST_F(MappingPropertiesTest, AKeyForFiltersIsKeptAndShown) {
    const std::string key = "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000000";
    const std::string uuid = text_of(map_stream(R"(,"KMSKeyArn":")" + key + "\"").body, "UUID");
    restart();
    EXPECT_EQ(text_of(get(uuid).body, "KMSKeyArn"), key);
    update(uuid, R"(,"KMSKeyArn":"")");
    EXPECT_THAT(get(uuid).body, Not(HasSubstr("KMSKeyArn")));
}

TEST_F(MappingPropertiesTest, ChangesAddUp) {
    const std::string uuid = text_of(map_stream().body, "UUID");
    EXPECT_EQ(update(uuid, R"(,"BatchSize":7)").status, 200);
    EXPECT_EQ(update(uuid, R"(,"MaximumRetryAttempts":3)").status, 200);
    EXPECT_THAT(get(uuid).body,
                AllOf(HasSubstr(R"("BatchSize":7)"), HasSubstr(R"("MaximumRetryAttempts":3)")));
}

}  // namespace
}  // namespace millrace::lambda
