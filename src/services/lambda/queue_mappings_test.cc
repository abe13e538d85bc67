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

const std::string kQueue = "arn:aws:sqs:us-east-1:000000000000:q";
const std::string kFifo = "arn:aws:sqs:us-east-1:000000000000:q.fifo";

class QueueMappingsTest : public ServiceTest {
  protected:
    QueueMappingsTest() {
        queues().add(kQueue);
        queues().add(kFifo, {.fifo = true, .visibility_timeout = Seconds{30}});
        create_local("f", "python3.11", "index.handler", {{"index.py", R"(
def handler(event, context):
    for record in event["Records"]:
        print("got " + record["body"])
)"}});
    }

    aws::testing::Answer map(const std::string& more = "", const std::string& queue = kQueue) {
        return call("CreateEventSourceMapping",
                    fmt::format(R"({{"EventSourceArn":"{}","FunctionName":"f"{}}})", queue, more));
    }
    aws::testing::Answer update(const std::string& uuid, const std::string& more) {
        return call("UpdateEventSourceMapping", fmt::format(R"({{"UUID":"{}"{}}})", uuid, more));
    }
    static std::string uuid_of(const aws::testing::Answer& answer) {
        return std::string(codec::parse_json(answer.body)->as_object().at("UUID").as_string());
    }
    void refused(const std::string& more, const std::string& message, const std::string& queue = kQueue) {
        const auto answer = map(more, queue);
        EXPECT_EQ(answer.status, 400) << more;
        EXPECT_THAT(answer.body, HasSubstr(message)) << more;
    }
    /// Creates it and deletes it again.
    void taken(const std::string& more, const std::string& queue = kQueue) {
        const auto answer = map(more, queue);
        ASSERT_EQ(answer.status, 200) << answer.body;
        call("DeleteEventSourceMapping", fmt::format(R"({{"UUID":"{}"}})", uuid_of(answer)));
    }
};

TEST_F(QueueMappingsTest, MessagesReachTheFunctionAlsoAfterARestart) {
    const auto made = map();
    ASSERT_EQ(made.status, 200) << made.body;
    EXPECT_THAT(made.body,
                AllOf(HasSubstr(R"("BatchSize":10)"), Not(HasSubstr("StartingPosition")),
                      Not(HasSubstr("LastProcessingResult")), Not(HasSubstr("DestinationConfig"))));
    queues().send(kQueue, "early", [](const Result<>&) {});
    EXPECT_TRUE(run_until([&] { return count_lines("got early") == 1; }));
    EXPECT_TRUE(run_until([&] { return queues().bodies(kQueue).empty(); }));
    restart();
    queues().send(kQueue, "late", [](const Result<>&) {});
    EXPECT_TRUE(run_until([&] { return count_lines("got late") == 1; }));
}

TEST_F(QueueMappingsTest, LimitsOfBatches) {
    refused(R"(,"BatchSize":0)", "validation error");
    refused(R"(,"BatchSize":11)", "Maximum batch window in seconds must be greater than 0");
    refused(R"(,"BatchSize":10001,"MaximumBatchingWindowInSeconds":1)", "validation error");
    refused(R"(,"MaximumBatchingWindowInSeconds":301)", "validation error");
    refused(R"(,"BatchSize":11)", "at most 10 for FIFO", kFifo);
    refused(R"(,"MaximumBatchingWindowInSeconds":1)", "not supported for FIFO", kFifo);
    taken(R"(,"BatchSize":10)");
    taken(R"(,"BatchSize":10000,"MaximumBatchingWindowInSeconds":300)");
    taken(R"(,"BatchSize":10)", kFifo);
}

TEST_F(QueueMappingsTest, LimitsOfConcurrency) {
    refused(R"(,"ScalingConfig":{"MaximumConcurrency":1})", "validation error");
    refused(R"(,"ScalingConfig":{"MaximumConcurrency":1001})", "validation error");
    taken(R"(,"ScalingConfig":{"MaximumConcurrency":1000})");
    const auto made = map(R"(,"ScalingConfig":{"MaximumConcurrency":2})");
    EXPECT_THAT(made.body, HasSubstr(R"("ScalingConfig":{"MaximumConcurrency":2})"));
    EXPECT_THAT(update(uuid_of(made), R"(,"ScalingConfig":{})").body, Not(HasSubstr("ScalingConfig")));
}

TEST_F(QueueMappingsTest, WhatIsOfStreamsIsRefused) {
    refused(R"(,"StartingPosition":"LATEST")", "StartingPosition is not valid for SQS");
    refused(R"(,"ParallelizationFactor":2)", "Unsupported ParallelizationFactor parameter for given");
    refused(R"(,"MaximumRetryAttempts":1)", "Unsupported MaximumRetryAttempts parameter for given");
    refused(R"(,"MaximumRecordAgeInSeconds":60)",
            "Unsupported MaximumRecordAgeInSeconds parameter for given");
    refused(R"(,"BisectBatchOnFunctionError":true)",
            "Unsupported BisectBatchOnFunctionError parameter for given");
    const std::string stream = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
    source().add_shard(stream, "shardId-000000000000");
    refused(R"(,"StartingPosition":"LATEST","ScalingConfig":{"MaximumConcurrency":2})",
            "Unsupported ScalingConfig parameter", stream);
}

TEST_F(QueueMappingsTest, TheQueueMustBeThereAndHideMessagesAsLongAsTheFunctionRuns) {
    refused("", "NonExistentQueue", kQueue + "-missing");
    create_local("slow", "python3.11", "index.handler", {{"index.py", "def handler(e, c): pass"}}, 31);
    const auto answer = call("CreateEventSourceMapping",
                             fmt::format(R"({{"EventSourceArn":"{}","FunctionName":"slow"}})", kQueue));
    EXPECT_EQ(answer.status, 400);
    EXPECT_THAT(answer.body,
                HasSubstr("Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds"));
    create_local("fits", "python3.11", "index.handler", {{"index.py", "def handler(e, c): pass"}}, 30);
    EXPECT_EQ(call("CreateEventSourceMapping",
                   fmt::format(R"({{"EventSourceArn":"{}","FunctionName":"fits"}})", kQueue))
                  .status,
              200);
}

TEST_F(QueueMappingsTest, PlainBodiesMayBeFiltered) {
    const auto made = map(R"(,"FilterCriteria":{"Filters":[{"Pattern":"{\"body\":[{\"prefix\":\"x\"}]}"}]})");
    ASSERT_EQ(made.status, 200) << made.body;
    for (const char* body : {"x1", "y1", R"({\"a\":1})"}) queues().send(kQueue, body, [](const Result<>&) {});
    EXPECT_TRUE(run_until([&] { return count_lines("got x1") == 1; }));
    EXPECT_TRUE(run_until([&] { return queues().bodies(kQueue).empty(); }));
    EXPECT_EQ(count_lines("got y1"), 0U);
}

}  // namespace
}  // namespace millrace::lambda
