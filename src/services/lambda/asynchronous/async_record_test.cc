#include "services/lambda/asynchronous/async_record.h"

#include <gtest/gtest.h>

namespace millrace::lambda {
namespace {

AsyncEvent event() {
    return {.scope = {.account = "123456789012", .region = "us-east-2"},
            .function = "my-function",
            .request_id = "e4b46cbf",
            .payload = R"({"ORDER_IDS":[1,2]})"};
}

constexpr const char* kArn = "arn:aws:lambda:us-east-2:123456789012:function:my-function:$LATEST";
const WallTime kNow = from_millis(1573755365568);

TEST(AsyncRecord, IsAwssOfAFailure) {
    const AsyncEnding ending{
        .condition = "RetriesExhausted",
        .invokes = 3,
        .last = AsyncAttempt{
            .payload = R"({"errorMessage":"no"})", .function_error = true, .executed_version = "$LATEST"}};
    EXPECT_EQ(
        make_async_record(event(), ending, kArn, kNow),
        R"({"version":"1.0","timestamp":"2019-11-14T18:16:05.568Z","requestContext":{"requestId":"e4b46cbf",)"
        R"("functionArn":"arn:aws:lambda:us-east-2:123456789012:function:my-function:$LATEST",)"
        R"("condition":"RetriesExhausted","approximateInvokeCount":3},"requestPayload":{"ORDER_IDS":[1,2]},)"
        R"("responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"},)"
        R"("responsePayload":{"errorMessage":"no"}})");
}

TEST(AsyncRecord, WithoutARunHasNoResponse) {
    const AsyncEnding ending{.condition = "ZeroReservedConcurrency", .invokes = 0, .last = {}};
    const std::string record = make_async_record(event(), ending, kArn, kNow);
    EXPECT_EQ(record.find("response"), std::string::npos) << record;
    EXPECT_NE(record.find(R"("approximateInvokeCount":0)"), std::string::npos);
}

TEST(AsyncRecord, AnAnswerThatIsNoJsonIsAText) {
    const AsyncEnding ending{.condition = "Success",
                             .invokes = 1,
                             .last = AsyncAttempt{.payload = "not \"json", .executed_version = "7"}};
    EXPECT_NE(make_async_record(event(), ending, kArn, kNow).find(R"("responsePayload":"not \"json"})"),
              std::string::npos);
}

TEST(DeadLetterAttributes, SayWhatWentWrong) {
    const AsyncEnding failed{
        .condition = "RetriesExhausted",
        .invokes = 3,
        .last = AsyncAttempt{.payload = R"({"errorMessage":"no"})", .function_error = true}};
    auto attributes = dead_letter_attributes(event(), failed);
    EXPECT_EQ(attributes["RequestID"].text, "e4b46cbf");
    EXPECT_EQ(attributes["RequestID"].data_type, "String");
    EXPECT_EQ(attributes["ErrorCode"].text, "200");
    EXPECT_EQ(attributes["ErrorCode"].data_type, "Number");
    EXPECT_EQ(attributes["ErrorMessage"].text, "no");

    attributes = dead_letter_attributes(event(), {.condition = "EventAgeExceeded", .invokes = 0, .last = {}});
    EXPECT_EQ(attributes["ErrorCode"].text, "429");
    EXPECT_EQ(attributes["ErrorMessage"].text, "Rate Exceeded.");
    EXPECT_FALSE(
        dead_letter_attributes(event(), {.condition = "ZeroReservedConcurrency", .invokes = 0, .last = {}})
            .contains("ErrorCode"));
}

TEST(DeadLetterAttributes, AMessageIsCutBeforeACharacterNotInside) {
    for (const std::size_t before : {1022U, 1023U, 1024U, 1025U}) {
        const std::string payload = R"({"errorMessage":")" + std::string(before, 'a') + "é" + R"(tail"})";
        const AsyncEnding ending{
            .condition = "RetriesExhausted", .invokes = 1, .last = AsyncAttempt{.payload = payload}};
        const std::string message = *dead_letter_attributes(event(), ending)["ErrorMessage"].text;
        EXPECT_LE(message.size(), 1024U);
        EXPECT_EQ(message.size(), before == 1023 ? 1023U : 1024U) << before;
    }
}

}  // namespace
}  // namespace millrace::lambda
