#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "millrace/batch.h"
#include "millrace/events.h"
#include "millrace/log.h"

namespace millrace::lambda {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

json kinesis_item(const std::string& sequence_number, const std::string& data) {
    return {{"kinesis",
             {{"kinesisSchemaVersion", "1.0"},
              {"partitionKey", "k"},
              {"sequenceNumber", sequence_number},
              {"data", data},
              {"approximateArrivalTimestamp", 1545084650.987}}},
            {"eventID", "shardId-000000000006:" + sequence_number},
            {"eventSourceARN", "arn:aws:kinesis:us-east-1:000000000000:stream/s"}};
}

json sqs_item(const std::string& id, const std::string& group, const std::string& queue) {
    return {{"messageId", id},
            {"receiptHandle", "handle-" + id},
            {"body", "body of " + id},
            {"attributes", {{"ApproximateReceiveCount", "2"}, {"MessageGroupId", group}}},
            {"messageAttributes", {{"kind", {{"dataType", "String"}, {"stringValue", "x"}}}}},
            {"eventSourceARN", "arn:aws:sqs:us-east-1:000000000000:" + queue}};
}

TEST(Base64, IsStrict) {
    EXPECT_EQ(decode_base64("Z3LDvG4="), "grün");
    EXPECT_EQ(decode_base64(""), "");
    EXPECT_EQ(decode_base64("AAH/"), std::string("\0\1\xff", 3));
    for (const char* bad : {"Zg", "Zg=", "Z===", "Zm 9", "Zm9v\n", "Zg==Zg=="}) {
        EXPECT_THROW((void)decode_base64(bad), std::invalid_argument) << bad;
    }
}

TEST(Base64, IsWrittenAsItIsRead) {
    for (const std::string& bytes : {std::string(), std::string("\0", 1), std::string("ab"),
                                     std::string("\xff\xfe\xfd"), std::string("abcd")}) {
        EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes);
    }
    EXPECT_EQ(encode_base64("grün"), "Z3LDvG4=");
}

TEST(KinesisEvent, IsReadWhole) {
    json payload{{"Records", {kinesis_item("7", "Z3LDvG4=")}}};
    payload["Records"][0]["kinesis"]["partitionKey"] = nullptr;
    const KinesisEvent event = parse_kinesis_event(payload.dump());
    ASSERT_EQ(event.records.size(), 1U);
    const KinesisRecord& record = event.records.front();
    EXPECT_EQ(record.data, "grün");
    EXPECT_EQ(record.partition_key, "") << "of a stream with automatic distribution";
    EXPECT_EQ(record.shard_id(), "shardId-000000000006");
    EXPECT_EQ(record.arrival.time_since_epoch(), std::chrono::milliseconds{1545084650987});
    EXPECT_FALSE(event.window);
}

TEST(KinesisEvent, HasAWindowsState) {
    const json payload{{"Records", json::array()},
                       {"window", {{"start", "2026-01-01T00:00:00Z"}, {"end", "2026-01-01T00:01:00Z"}}},
                       {"state", {{"sum", 3}}},
                       {"isFinalInvokeForWindow", true}};
    const auto window = parse_kinesis_event(payload.dump()).window;
    ASSERT_TRUE(window);
    EXPECT_EQ(window->state["sum"], 3);
    EXPECT_TRUE(window->is_final);
    EXPECT_FALSE(window->is_terminated_early);
}

TEST(KinesisEvent, AnythingElseThrows) {
    EXPECT_THROW((void)parse_kinesis_event("{}"), json::exception);
    EXPECT_THROW((void)parse_kinesis_event("nothing"), json::exception);
    EXPECT_THROW((void)parse_sqs_event(json{{"Records", {kinesis_item("7", "")}}}.dump()), json::exception);
}

TEST(EachRecord, OfAStreamStopsAtTheFirstThatThrows) {
    const json payload{
        {"Records", {kinesis_item("1", "b2s="), kinesis_item("2", "YmFk"), kinesis_item("3", "b2s=")}}};
    std::vector<std::string> handled;
    const BatchFailures failures =
        each_record(parse_kinesis_event(payload.dump()), [&](const KinesisRecord& record) {
            handled.push_back(record.sequence_number);
            if (record.data == "bad") throw std::runtime_error("is bad");
        });
    EXPECT_THAT(handled, ElementsAre("1", "2"));
    EXPECT_EQ(failures.answer(), R"({"batchItemFailures":[{"itemIdentifier":"2"}]})");
}

std::vector<std::string> handled_of(const SqsEvent& event, BatchFailures& failures) {
    std::vector<std::string> handled;
    failures = each_record(event, [&](const SqsMessage& message) {
        handled.push_back(message.message_id);
        if (message.message_id == "1") throw std::runtime_error("is bad");
    });
    return handled;
}

TEST(EachRecord, OfAStandardQueueGoesOn) {
    const json payload{{"Records", {sqs_item("1", "a", "q"), sqs_item("2", "a", "q")}}};
    BatchFailures failures;
    EXPECT_THAT(handled_of(parse_sqs_event(payload.dump()), failures), ElementsAre("1", "2"));
    EXPECT_EQ(failures.answer(), R"({"batchItemFailures":[{"itemIdentifier":"1"}]})");
}

TEST(EachRecord, OfAFifoQueueLetsTheRestOfTheGroupWait) {
    const json payload{
        {"Records",
         {sqs_item("1", "a", "q.fifo"), sqs_item("2", "b", "q.fifo"), sqs_item("3", "a", "q.fifo")}}};
    BatchFailures failures;
    EXPECT_THAT(handled_of(parse_sqs_event(payload.dump()), failures), ElementsAre("1", "2"));
    EXPECT_EQ(failures.size(), 2U);
    EXPECT_THAT(failures.answer(), HasSubstr(R"({"itemIdentifier":"3"})"));
}

TEST(Log, IsALineOfJsonWhateverBytesItHolds) {
    ::testing::internal::CaptureStdout();
    detail::current_request_id() = "r-1";
    log(Level::kWarn, "bad \xff byte\n", {{"status", 403}});
    log(Level::kDebug, "below the level");
    detail::current_request_id().clear();
    const std::string printed = ::testing::internal::GetCapturedStdout();
    ASSERT_EQ(std::ranges::count(printed, '\n'), 1);
    const json line = json::parse(printed);
    EXPECT_EQ(line["level"], "WARN");
    EXPECT_EQ(line["requestId"], "r-1");
    EXPECT_EQ(line["status"], 403);
    EXPECT_EQ(line["message"], "bad \xEF\xBF\xBD byte\n");
    EXPECT_EQ(line["timestamp"].get<std::string>().size(), std::string("2026-01-01T00:00:00.000Z").size());
}

}  // namespace
}  // namespace millrace::lambda
