#include "aws/protocol/json.h"

#include <gtest/gtest.h>

#include "api/kinesis.h"
#include "api/lambda.h"
#include "api/sqs.h"

namespace millrace::aws {
namespace {

template <class Op>
Outcome<typename Op::Input> decode(std::string_view json) {
    typename Op::Input input;
    Violations violations;
    auto decoded = decode_json(std::string(json), *Op::model().input, &input, violations);
    if (!decoded) return std::unexpected(decoded.error());
    return input;
}

template <class Op>
std::string encode(const typename Op::Output& output) {
    std::string json;
    encode_json(json, *Op::model().output, &output);
    return json;
}

TEST(Json, DecodesWhatClientsSend) {
    auto input = decode<api::kinesis::PutRecords>(
        R"({"StreamName": "s", "Records": [{"Data": "YQD/", "PartitionKey": "k"}], "Unknown": {"a": [1]}})");
    ASSERT_TRUE(input.has_value());
    EXPECT_EQ(input->stream_name, "s");
    ASSERT_EQ(input->records.size(), 1U);
    EXPECT_EQ(input->records[0].data, std::string("a\0\xff", 3));
    EXPECT_EQ(input->records[0].partition_key, "k");
    EXPECT_FALSE(input->records[0].explicit_hash_key.has_value());
}

TEST(Json, ReadsFractionsOfSeconds) {
    auto input = decode<api::kinesis::GetShardIterator>(
        R"({"StreamName":"s","ShardId":"x","ShardIteratorType":"AT_TIMESTAMP","Timestamp":1700000000.25})");
    ASSERT_TRUE(input.has_value());
    EXPECT_EQ(input->timestamp, from_millis(1'700'000'000'250));
}

TEST(Json, NullIsAbsent) {
    auto input = decode<api::kinesis::GetRecords>(R"({"ShardIterator":"x","Limit":null})");
    ASSERT_TRUE(input.has_value());
    EXPECT_FALSE(input->limit.has_value());
}

TEST(Json, EmptyBodyIsAnEmptyObject) {
    EXPECT_TRUE(decode<api::kinesis::ListStreams>("").has_value());
    EXPECT_TRUE(decode<api::kinesis::ListStreams>(" \n").has_value());
}

TEST(Json, RefusesWrongTypesInAwsWords) {
    const std::pair<std::string, std::string> cases[] = {
        {R"({"ShardIterator":3})", "NUMBER_VALUE can not be converted to a String"},
        {R"({"ShardIterator":true})", "TRUE_VALUE can not be converted to a String"},
        {R"({"ShardIterator":{}})", "Start of structure or map found where not expected."},
        {R"({"ShardIterator":[]})", "Start of list found where not expected"},
        {R"({"ShardIterator":"x","Limit":"3"})", "STRING_VALUE can not be converted to an Integer"},
        {R"({"ShardIterator":"x","Limit":2147483648})", "NUMBER_VALUE can not be converted to an Integer"},
        {R"({"ShardIterator":"x","Limit":1e99})", "NUMBER_VALUE can not be converted to an Integer"},
        {R"({"ShardIterator":"x","Limit":18446744073709551615})",
         "NUMBER_VALUE can not be converted to an Integer"},
        {R"([])", "Start of list found where not expected"},
    };
    for (const auto& [json, message] : cases) {
        auto input = decode<api::kinesis::GetRecords>(json);
        ASSERT_FALSE(input.has_value()) << json;
        EXPECT_EQ(input.error().code, "SerializationException") << json;
        EXPECT_EQ(input.error().message, message) << json;
    }
    for (const char* json : {"{", "3", "\"x\"", "nul", "{\"ShardIterator\":\"\xff\"}", "{} {}", "{\"a\":}"}) {
        auto input = decode<api::kinesis::GetRecords>(json);
        ASSERT_FALSE(input.has_value()) << json;
        EXPECT_EQ(input.error().code, "SerializationException") << json;
    }
}

TEST(Json, CutsFractionsOffIntegers) {
    auto input = decode<api::kinesis::GetRecords>(R"({"ShardIterator":"x","Limit":7.9})");
    ASSERT_TRUE(input.has_value());
    EXPECT_EQ(input->limit, 7);
}

TEST(Json, HoldsTheLargestInteger) {
    auto input = decode<api::kinesis::GetRecords>(R"({"ShardIterator":"x","Limit":2147483647})");
    ASSERT_TRUE(input.has_value());
    EXPECT_EQ(input->limit, 2147483647);
}

TEST(Json, RefusesBadBase64) {
    auto input = decode<api::kinesis::PutRecord>(R"({"StreamName":"s","PartitionKey":"p","Data":"YQ"})");
    ASSERT_FALSE(input.has_value());
    EXPECT_EQ(input.error().code, "SerializationException");
}

TEST(Json, SurvivesDeepNesting) {
    const std::string deep = R"({"Records":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
    EXPECT_FALSE(decode<api::kinesis::PutRecords>(deep).has_value());
}

TEST(Json, EncodesOnlyWhatIsThere) {
    EXPECT_EQ(encode<api::kinesis::PutRecord>({.shard_id = "shardId-000000000000", .sequence_number = "495"}),
              R"({"ShardId":"shardId-000000000000","SequenceNumber":"495"})");
}

TEST(Json, EncodesBlobsTimestampsAndMaps) {
    api::kinesis::GetRecordsOutput records;
    records.records.push_back({.sequence_number = "1",
                               .approximate_arrival_timestamp = from_millis(1'700'000'000'123),
                               .data = SharedBytes{std::string("a\0\xff", 3)},
                               .partition_key = "k"});
    records.millis_behind_latest = 0;
    EXPECT_EQ(encode<api::kinesis::GetRecords>(records),
              R"({"Records":[{"SequenceNumber":"1","ApproximateArrivalTimestamp":1700000000.123,)"
              R"("Data":"YQD/","PartitionKey":"k"}],"MillisBehindLatest":0})");
    api::sqs::ReceiveMessageResult received;
    api::sqs::Message& message = received.messages.emplace().emplace_back();
    message.attributes.emplace()["SentTimestamp"] = "17";
    EXPECT_EQ(encode<api::sqs::ReceiveMessage>(received),
              R"({"Messages":[{"Attributes":{"SentTimestamp":"17"}}]})");
}

TEST(Json, LeavesWhatTravelsElsewhereOutOfBodies) {
    api::lambda::InvocationResponse response;
    response.executed_version = "$LATEST";
    std::string body;
    encode_json(body, *api::lambda::Invoke::model().output, &response);
    EXPECT_EQ(body, "{}");
    std::string all;
    encode_json(all, *api::lambda::Invoke::model().output, &response, JsonMembers::kAll);
    EXPECT_EQ(all, R"({"ExecutedVersion":"$LATEST"})");
}

}  // namespace
}  // namespace millrace::aws
