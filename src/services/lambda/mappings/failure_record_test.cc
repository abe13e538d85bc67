#include "services/lambda/mappings/failure_record.h"

#include <gtest/gtest.h>

namespace millrace::lambda {
namespace {

const FailureOrigin kOrigin{.function_arn = "arn:aws:lambda:us-east-1:000000000000:function:f",
                            .stream_arn = "arn:aws:kinesis:us-east-1:000000000000:stream/s",
                            .shard_id = "shardId-000000000000",
                            .now = from_millis(1'700'000'001'000),
                            .request_id_if_unasked = "made-up"};

const ports::SourceRecord kRecords[] = {{.sequence_number = "10", .arrival = from_millis(1'700'000'000'123)},
                                        {.sequence_number = "12", .arrival = from_millis(1'700'000'000'456)}};

TEST(FailureRecord, SaysWhereTheRecordsAre) {
    EXPECT_EQ(
        make_failure_record({.records = kRecords,
                             .reason = DiscardReason::kRetriesExhausted,
                             .request_id = "c9b8fa9f",
                             .invokes = 2,
                             .executed_version = "7",
                             .function_error = true},
                            kOrigin),
        R"({"requestContext":{"requestId":"c9b8fa9f","functionArn":"arn:aws:lambda:us-east-1:000000000000:function:f",)"
        R"("condition":"RetryAttemptsExhausted","approximateInvokeCount":2},)"
        R"("responseContext":{"statusCode":200,"executedVersion":"7","functionError":"Unhandled"},)"
        R"("version":"1.0","timestamp":"2023-11-14T22:13:21.000Z",)"
        R"("KinesisBatchInfo":{"shardId":"shardId-000000000000","startSequenceNumber":"10","endSequenceNumber":"12",)"
        R"("approximateArrivalOfFirstRecord":"2023-11-14T22:13:20.123Z",)"
        R"("approximateArrivalOfLastRecord":"2023-11-14T22:13:20.456Z","batchSize":2,)"
        R"("streamArn":"arn:aws:kinesis:us-east-1:000000000000:stream/s"}})");
}

TEST(FailureRecord, AfterAPartialResponseTheErrorIsNull) {
    const std::string record = make_failure_record({.records = kRecords,
                                                    .reason = DiscardReason::kRetriesExhausted,
                                                    .request_id = "c9b8fa9f",
                                                    .invokes = 4,
                                                    .executed_version = "$LATEST"},
                                                   kOrigin);
    EXPECT_NE(record.find(
                  R"("responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":null})"),
              std::string::npos)
        << record;
}

TEST(FailureRecord, OfOldRecordsHasNoResponse) {
    std::string record = make_failure_record(
        {.records = kRecords, .reason = DiscardReason::kTooOld, .request_id = ""}, kOrigin);
    EXPECT_NE(record.find(R"("requestId":"made-up")"), std::string::npos);
    EXPECT_NE(record.find(R"("condition":"RecordAgeExceeded","approximateInvokeCount":1)"),
              std::string::npos);
    EXPECT_EQ(record.find("responseContext"), std::string::npos);

    record = make_failure_record({.records = kRecords,
                                  .reason = DiscardReason::kTooOld,
                                  .request_id = "c9b8fa9f",
                                  .invokes = 3,
                                  .executed_version = "$LATEST",
                                  .function_error = true},
                                 kOrigin);
    EXPECT_NE(record.find(R"("requestId":"c9b8fa9f")"), std::string::npos);
    EXPECT_NE(record.find(R"("approximateInvokeCount":3)"), std::string::npos);
    EXPECT_EQ(record.find("responseContext"), std::string::npos);
}

}  // namespace
}  // namespace millrace::lambda
