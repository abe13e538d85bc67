#include "aws/protocol/cbor.h"

#include <gtest/gtest.h>

#include "api/kinesis.h"
#include "codec/cbor_writer.h"
#include "codec/hex.h"

namespace millrace::aws {
namespace {

using codec::CborWriter;

template <class Op>
Outcome<typename Op::Input> decode(std::string_view bytes, Violations& violations) {
    typename Op::Input input;
    auto decoded = decode_cbor(bytes, *Op::model().input, &input, violations);
    if (!decoded) return std::unexpected(decoded.error());
    return input;
}

template <class Op>
Outcome<typename Op::Input> decode(std::string_view bytes) {
    Violations violations;
    return decode<Op>(bytes, violations);
}

template <class Op>
std::string refusal(std::string_view hex) {
    auto input = decode<Op>(*codec::hex_decode(hex));
    if (input) return "";
    EXPECT_EQ(input.error().code, "SerializationException");
    return input.error().message;
}

TEST(Cbor11, DecodesWhatTheJavaClientSends) {
    // {_ "StreamName": "s", "Records": [_ {_ "Data": h'6100ff', "PartitionKey": (_ "k", "ey")}], "Unknown":
    // {_ "a": [1]}}: containers of indefinite length, long texts in chunks.
    auto input =
        decode<api::kinesis::PutRecords>(*codec::hex_decode("bf"
                                                            "6a53747265616d4e616d65"
                                                            "6173"
                                                            "675265636f726473"
                                                            "9f"
                                                            "bf"
                                                            "6444617461"
                                                            "436100ff"
                                                            "6c506172746974696f6e4b6579"
                                                            "7f616b626579ff"
                                                            "ff"
                                                            "ff"
                                                            "67556e6b6e6f776e"
                                                            "bf61618101ff"
                                                            "ff"));
    ASSERT_TRUE(input.has_value()) << input.error().message;
    EXPECT_EQ(input->stream_name, "s");
    ASSERT_EQ(input->records.size(), 1U);
    EXPECT_EQ(input->records[0].data, std::string("a\0\xff", 3));
    EXPECT_EQ(input->records[0].partition_key, "key");
}

TEST(Cbor11, TimestampsAreMilliseconds) {
    std::string bytes;
    CborWriter(bytes).map(1).text("Timestamp").tag(1).integer(1'700'000'000'123);
    auto input = decode<api::kinesis::GetShardIterator>(bytes);
    ASSERT_TRUE(input.has_value());
    EXPECT_EQ(input->timestamp, from_millis(1'700'000'000'123));
    api::kinesis::GetRecordsOutput output;
    auto& record = output.records.emplace_back();
    record.sequence_number = "1";
    record.approximate_arrival_timestamp = from_millis(1'700'000'000'123);
    record.data = SharedBytes{std::string("a\0\xff", 3)};
    record.partition_key = "k";
    output.millis_behind_latest = 0;
    std::string out;
    encode_cbor(out, *api::kinesis::GetRecords::model().output, &output);
    std::string expected;
    CborWriter writer(expected);
    writer.map(2).text("Records").array(1).map(4).text("SequenceNumber").text("1");
    writer.text("ApproximateArrivalTimestamp").tag(1).integer(1'700'000'000'123);
    writer.text("Data").bytes(std::string_view("a\0\xff", 3)).text("PartitionKey").text("k");
    writer.text("MillisBehindLatest").integer(0);
    EXPECT_EQ(codec::hex_encode(out), codec::hex_encode(expected));
}

TEST(RpcV2Cbor, TimestampsAreSeconds) {
    std::string bytes;
    CborWriter(bytes).map(1).text("Timestamp").tag(1).number(1'700'000'000.123);
    api::kinesis::GetShardIteratorInput input;
    Violations violations;
    const Shape& shape = *api::kinesis::GetShardIterator::model().input;
    ASSERT_TRUE(decode_cbor(bytes, shape, &input, violations, CborTime::kSeconds));
    EXPECT_EQ(input.timestamp, from_millis(1'700'000'000'123));
    api::kinesis::GetShardIteratorInput same;
    std::string whole;
    CborWriter(whole).map(1).text("Timestamp").tag(1).integer(1'700'000'000);
    ASSERT_TRUE(decode_cbor(whole, shape, &same, violations, CborTime::kSeconds));
    EXPECT_EQ(same.timestamp, from_millis(1'700'000'000'000));
    std::string out;
    encode_cbor(out, shape, &input, CborTime::kSeconds);
    EXPECT_NE(out.find(bytes.substr(1)), std::string::npos) << codec::hex_encode(out);
}

TEST(Cbor11, NullIsAsAbsent) {
    std::string bytes;
    CborWriter(bytes).map(2).text("StreamName").null().text("Tags").null();
    Violations violations;
    auto input = decode<api::kinesis::CreateStream>(bytes, violations);
    ASSERT_TRUE(input.has_value());
    EXPECT_FALSE(input->tags.has_value());
    EXPECT_EQ(
        violations.to_error(api::kinesis::service_model()).message,
        "1 validation error detected: Value null at 'streamName' failed to satisfy constraint: Member must "
        "not be null");
    EXPECT_TRUE(decode<api::kinesis::DescribeStream>("").has_value()) << "no body is an empty map";
}

TEST(Cbor11, RefusesOtherTypes) {
    using api::kinesis::CreateStream;
    using api::kinesis::PutRecord;
    EXPECT_EQ(refusal<CreateStream>("a16a53747265616d4e616d6501"),
              "NUMBER_VALUE can not be converted to a String");
    EXPECT_EQ(refusal<PutRecord>("a1644461746161"
                                 "61"),
              "STRING_VALUE can not be converted to a Blob");
    EXPECT_EQ(refusal<CreateStream>("a16a5368617264436f756e74"
                                    "1a80000000"),
              "NUMBER_VALUE can not be converted to an Integer");
    EXPECT_EQ(refusal<CreateStream>("a16a5368617264436f756e74"
                                    "80"),
              "Start of list found where not expected");
    EXPECT_EQ(refusal<CreateStream>("a1645461677301"), "Expected map or null");
    EXPECT_EQ(refusal<CreateStream>("80"), "Start of list found where not expected");
    EXPECT_EQ(refusal<CreateStream>("01"), "Expected null");
}

TEST(Cbor11, RefusesWhatIsMalformed) {
    using api::kinesis::CreateStream;
    EXPECT_NE(refusal<CreateStream>("a1").find("not valid CBOR"), std::string::npos);
    EXPECT_NE(refusal<CreateStream>("a0a0").find("more follows"), std::string::npos);
    EXPECT_NE(refusal<CreateStream>("a26a53747265616d4e616d6561736a53747265616d4e616d656173").find("twice"),
              std::string::npos);
    EXPECT_NE(refusal<CreateStream>("a16454616773a2616b6176616b6177").find("twice"), std::string::npos);
}

TEST(Cbor11, CutsFractionsOffIntegers) {
    auto input =
        decode<api::kinesis::CreateStream>(*codec::hex_decode("a16a5368617264436f756e74"
                                                              "f94100"));
    ASSERT_TRUE(input.has_value());
    EXPECT_EQ(input->shard_count, 2);
}

}  // namespace
}  // namespace millrace::aws
