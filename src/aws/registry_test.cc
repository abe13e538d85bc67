#include "aws/registry.h"

#include <gtest/gtest.h>

#include "api/kinesis.h"
#include "api/sqs.h"
#include "aws/testing.h"

namespace millrace::aws {
namespace {

using api::kinesis::PutRecord;

TEST(Registry, RunsTypedCalls) {
    Registry registry;
    registry.add<PutRecord>(
        [](const RequestContext& context, api::kinesis::PutRecordInput input, Reply<PutRecord> reply) {
            reply(api::kinesis::PutRecordOutput{.shard_id = *input.partition_key,
                                                .sequence_number = context.scope.region});
        });
    std::string answer;
    registry.invoke<PutRecord>(testing::test_context(), {.data = "", .partition_key = "p"},
                               [&answer](Outcome<api::kinesis::PutRecordOutput> outcome) {
                                   answer = outcome.value().shard_id + '/' + outcome.value().sequence_number;
                               });
    EXPECT_EQ(answer, "p/us-east-1");
}

TEST(Registry, SaysWhatItDoesNotOffer) {
    Registry registry;
    std::string code;
    registry.invoke<PutRecord>(testing::test_context(), {},
                               [&code](auto outcome) { code = outcome.error().code; });
    EXPECT_EQ(code, "UnknownOperationException");
    EXPECT_EQ(testing::call(registry, "PutRecord", "{}").status, 400);
}

TEST(Registry, ADroppedReplyIsAnInternalFailure) {
    Registry registry;
    registry.add<PutRecord>([](const RequestContext&, api::kinesis::PutRecordInput, Reply<PutRecord>) {});
    const auto answer = testing::call(registry, "kinesis.PutRecord", R"({"Data":"","PartitionKey":"p"})");
    EXPECT_EQ(answer.status, 500);
    EXPECT_NE(answer.body.find("InternalFailure"), std::string::npos);
}

TEST(Registry, ASecondAnswerIsIgnored) {
    Registry registry;
    registry.add<PutRecord>([](const RequestContext&, api::kinesis::PutRecordInput, Reply<PutRecord> reply) {
        reply(std::unexpected(api::kinesis::resource_not_found_exception("first")));
        reply(std::unexpected(api::kinesis::resource_not_found_exception("second")));
    });
    const auto answer = testing::call(registry, "PutRecord", R"({"Data":"","PartitionKey":"p"})");
    EXPECT_EQ(answer.body, R"({"__type":"ResourceNotFoundException","message":"first"})");
}

TEST(Registry, AnswersMayComeLater) {
    Registry registry;
    Reply<api::sqs::DeleteMessage> parked;
    registry.add<api::sqs::DeleteMessage>(
        [&parked](const RequestContext&, api::sqs::DeleteMessageRequest,
                  Reply<api::sqs::DeleteMessage> reply) { parked = std::move(reply); });
    const testing::Call call = testing::start(registry, "DeleteMessage",
                                              R"({"QueueUrl":"http://localhost/1/q","ReceiptHandle":"h"})");
    EXPECT_FALSE(call->has_value());
    parked(Nothing{});
    ASSERT_TRUE(call->has_value());
    EXPECT_EQ((*call)->status, 200);
    EXPECT_EQ((*call)->body, "");
}

}  // namespace
}  // namespace millrace::aws
