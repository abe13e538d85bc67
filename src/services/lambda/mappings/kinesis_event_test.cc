#include "services/lambda/mappings/kinesis_event.h"

#include <gtest/gtest.h>

#include "services/lambda/mappings/batch_response.h"

namespace millrace::lambda {
namespace {

ports::SourceRecord record(std::string sequence_number, std::string data, std::string key = "k") {
    return {.cursor = ports::Cursor{0},
            .sequence_number = std::move(sequence_number),
            .partition_key = std::move(key),
            .arrival = from_millis(1'700'000'000'123),
            .data = SharedBytes(std::move(data))};
}

constexpr EventSource kSource{.stream_arn = "arn:aws:kinesis:us-east-1:000000000000:stream/s",
                              .shard_id = "shardId-000000000000",
                              .region = "us-east-1",
                              .role = "arn:aws:iam::000000000000:role/r"};

TEST(KinesisEvent, IsAsAwsBuildsIt) {
    const std::vector<ports::SourceRecord> records{record("7", "hello", "a\"b")};
    EXPECT_EQ(
        make_kinesis_event(records, kSource),
        R"({"Records":[{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"a\"b","sequenceNumber":"7",)"
        R"("data":"aGVsbG8=","approximateArrivalTimestamp":1700000000.123},"eventSource":"aws:kinesis",)"
        R"("eventVersion":"1.0","eventID":"shardId-000000000000:7","eventName":"aws:kinesis:record",)"
        R"("invokeIdentityArn":"arn:aws:iam::000000000000:role/r","awsRegion":"us-east-1",)"
        R"("eventSourceARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s"}]})");
}

TEST(KinesisEvent, ARecordWithoutAKeyHasNull) {
    const std::vector<ports::SourceRecord> records{record("7", "hello", "")};
    EXPECT_TRUE(make_kinesis_event(records, kSource).contains(R"("partitionKey":null,"sequenceNumber")"));
    EXPECT_EQ(make_kinesis_event(records, kSource).size(), event_bytes(records[0], kSource) + 13);
}

TEST(KinesisEvent, SizeIsKnownBefore) {
    for (const char* data : {"", "a", "ab", "abc", "abcd"}) {
        const std::vector<ports::SourceRecord> one{record("123", data, "k\n\\\"ü")};
        // The envelope is 14 bytes, and the last comma falls away.
        EXPECT_EQ(make_kinesis_event(one, kSource).size(), event_bytes(one[0], kSource) + 13) << data;
    }
}

TEST(BatchResponse, SaysHowManySucceeded) {
    const std::vector<ports::SourceRecord> batch{record("1", ""), record("2", ""), record("3", "")};
    const auto count = [&](std::string_view response) { return count_successes(response, batch); };
    EXPECT_EQ(count(""), 3U);
    EXPECT_EQ(count("null"), 3U);
    EXPECT_EQ(count("{}"), 3U);
    EXPECT_EQ(count(R"({"batchItemFailures":[]})"), 3U);
    EXPECT_EQ(count(R"({"batchItemFailures":null})"), 3U);
    EXPECT_EQ(count(R"({"batchItemFailures":[{"itemIdentifier":"3"}]})"), 2U);
    EXPECT_EQ(count(R"({"batchItemFailures":[{"itemIdentifier":"3"},{"itemIdentifier":"2"}]})"), 1U);
    EXPECT_EQ(count(R"({"batchItemFailures":[{"itemIdentifier":""}]})"), 0U);
    EXPECT_EQ(count(R"({"batchItemFailures":[{"itemIdentifier":null}]})"), 0U);
    EXPECT_EQ(count(R"({"batchItemFailures":[{"id":"3"}]})"), 0U);
    EXPECT_EQ(count(R"({"batchItemFailures":[{"itemIdentifier":"9"}]})"), 0U);
    EXPECT_EQ(count("nonsense"), 0U);
    EXPECT_EQ(count("\"text\""), 0U);
}

}  // namespace
}  // namespace millrace::lambda
