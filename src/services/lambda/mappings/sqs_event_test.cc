#include "services/lambda/mappings/sqs_event.h"

#include <gtest/gtest.h>

namespace millrace::lambda {
namespace {

constexpr const char* kQueue = "arn:aws:sqs:eu-west-1:123456789012:q";

TEST(SqsEvent, IsAwsOwn) {
    const ports::QueueMessage messages[] = {
        {.message_id = "m1",
         .receipt_handle = "h1",
         .body = "say \"hi\"",
         .md5_of_body = "md5",
         .md5_of_attributes = "md5 too",
         .system_attributes = {{"ApproximateReceiveCount", "1"}, {"SenderId", "me"}},
         .attributes = {{"bytes", {.data_type = "Binary", .text = {}, .bytes = "\x01\x02"}},
                        {"text", {.data_type = "String", .text = "x", .bytes = {}}}}},
        {.message_id = "m2", .receipt_handle = "h2", .body = "", .md5_of_body = "md5"}};
    const std::string event = make_sqs_event(messages, kQueue);
    EXPECT_EQ(
        event,
        R"({"Records":[{"messageId":"m1","receiptHandle":"h1","body":"say \"hi\"",)"
        R"("attributes":{"ApproximateReceiveCount":"1","SenderId":"me"},)"
        R"("messageAttributes":{"bytes":{"binaryValue":"AQI=","stringListValues":[],"binaryListValues":[],"dataType":"Binary"},)"
        R"("text":{"stringValue":"x","stringListValues":[],"binaryListValues":[],"dataType":"String"}},)"
        R"("md5OfBody":"md5","md5OfMessageAttributes":"md5 too","eventSource":"aws:sqs",)"
        R"("eventSourceARN":"arn:aws:sqs:eu-west-1:123456789012:q","awsRegion":"eu-west-1"},)"
        R"({"messageId":"m2","receiptHandle":"h2","body":"","attributes":{},"messageAttributes":{},)"
        R"("md5OfBody":"md5","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-west-1:123456789012:q","awsRegion":"eu-west-1"}]})");
    EXPECT_EQ(event.size() + 1, event_bytes(messages[0], kQueue) + event_bytes(messages[1], kQueue) +
                                    std::string_view(R"({"Records":[]})").size());
}

}  // namespace
}  // namespace millrace::lambda
