#include "codec/kinesis_event.h"

#include <gtest/gtest.h>
#include <vector>

namespace millrace::codec {
namespace {

KinesisEventRecord record(std::string_view sequence_number, std::string_view data,
                          std::string_view key = "k") {
    return {.sequence_number = sequence_number,
            .partition_key = key,
            .arrival = from_millis(1'700'000'000'123),
            .data = data};
}

constexpr KinesisEventSource kSource{.arn = "arn:aws:kinesis:us-east-1:000000000000:stream/s",
                                     .shard_id = "shardId-000000000000",
                                     .region = "us-east-1",
                                     .role = "arn:aws:iam::000000000000:role/r"};

TEST(KinesisEvent, IsAsAwsBuildsIt) {
    const std::vector<KinesisEventRecord> records{record("7", "hello", "a\"b")};
    EXPECT_EQ(
        make_kinesis_event(records, kSource),
        R"({"Records":[{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"a\"b","sequenceNumber":"7",)"
        R"("data":"aGVsbG8=","approximateArrivalTimestamp":1700000000.123},"eventSource":"aws:kinesis",)"
        R"("eventVersion":"1.0","eventID":"shardId-000000000000:7","eventName":"aws:kinesis:record",)"
        R"("invokeIdentityArn":"arn:aws:iam::000000000000:role/r","awsRegion":"us-east-1",)"
        R"("eventSourceARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s"}]})");
}

TEST(KinesisEvent, ARecordWithoutAKeyHasNull) {
    const std::vector<KinesisEventRecord> records{record("7", "hello", "")};
    EXPECT_TRUE(make_kinesis_event(records, kSource).contains(R"("partitionKey":null,"sequenceNumber")"));
    EXPECT_EQ(make_kinesis_event(records, kSource).size(), event_bytes(records[0], kSource) + 13);
}

TEST(KinesisEvent, SizeIsKnownBefore) {
    for (const char* data : {"", "a", "ab", "abc", "abcd"}) {
        const std::vector<KinesisEventRecord> one{record("123", data, "k\n\\\"ü")};
        // The envelope is 14 bytes, and the last comma falls away.
        EXPECT_EQ(make_kinesis_event(one, kSource).size(), event_bytes(one[0], kSource) + 13) << data;
    }
}

TEST(KinesisEvent, AWindowStandsBesideTheRecords) {
    const KinesisEventWindow window{.start = from_millis(1'700'000'000'000),
                                    .end = from_millis(1'700'000'120'000),
                                    .state = R"({"1":282})",
                                    .is_final = true};
    EXPECT_EQ(make_kinesis_event({}, kSource, window),
              R"({"Records":[],"window":{"start":"2023-11-14T22:13:20Z","end":"2023-11-14T22:15:20Z"},)"
              R"("state":{"1":282},"shardId":"shardId-000000000000",)"
              R"("eventSourceARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s",)"
              R"("isFinalInvokeForWindow":true,"isWindowTerminatedEarly":false})");
}

}  // namespace
}  // namespace millrace::codec
