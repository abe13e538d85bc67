#include "services/kinesis/stream.h"

#include <gtest/gtest.h>

#include "services/kinesis/stream_json.h"

namespace millrace::kinesis {
namespace {

Stream make_stream(std::size_t shards) {
    Stream stream{.scope = {.account = "000000000000", .region = "eu-west-1"},
                  .name = "orders",
                  .created = from_millis(1'790'000'000'000),
                  .options = {.shard_count = static_cast<std::int32_t>(shards),
                              .tags = {{"team", "blå"}, {"empty", ""}}}};
    for (const HashKeyRange& range : split_evenly(shards)) {
        const auto index = static_cast<std::uint32_t>(stream.shards.size());
        stream.shards.push_back(
            {.index = index, .log = storage::LogId{10 + index}, .created = stream.created, .range = range});
    }
    return stream;
}

TEST(Stream, ArnRoundTrips) {
    for (const char* region : {"us-east-1", "cn-north-1", "us-gov-west-1"}) {
        const aws::Scope scope{.account = "123456789012", .region = region};
        const auto id = parse_stream_arn(stream_arn(scope, "a.b-c_d"));
        ASSERT_TRUE(id);
        EXPECT_EQ(id->scope, scope);
        EXPECT_EQ(id->name, "a.b-c_d");
    }
    EXPECT_EQ(stream_arn({.account = "123456789012", .region = "us-east-1"}, "s"),
              "arn:aws:kinesis:us-east-1:123456789012:stream/s");
}

TEST(Stream, RefusesOtherArns) {
    for (const char* arn :
         {"", "arn", "arn:aws:kinesis:us-east-1:123456789012:stream/",
          "arn:aws:sqs:us-east-1:123456789012:stream/s", "arn:aws:kinesis:us-east-1:123456789012:s",
          "arn:aws-cn:kinesis:us-east-1:123456789012:stream/s"}) {
        EXPECT_FALSE(parse_stream_arn(arn)) << arn;
    }
}

TEST(Stream, ShardNames) {
    EXPECT_EQ(shard_name(0), "shardId-000000000000");
    EXPECT_EQ(shard_name(4'294'967'295), "shardId-004294967295");
    EXPECT_EQ(parse_shard_name("shardId-004294967295"), 4'294'967'295);
    for (const char* name : {"", "shardId-", "shardId-0", "shardId-004294967296", "shardId-00000000000x",
                             "shardId--00000000001", "shard-000000000000", "shardId-0000000000000"}) {
        EXPECT_FALSE(parse_shard_name(name)) << name;
    }
    const Stream stream = make_stream(2);
    EXPECT_EQ(find_shard(stream, "shardId-000000000001"), &stream.shards[1]);
    EXPECT_EQ(find_shard(stream, "shardId-000000000002"), nullptr);
}

TEST(Stream, EveryHashKeyHasItsShard) {
    const Stream stream = make_stream(3);
    for (const Shard& shard : stream.shards) {
        EXPECT_EQ(&shard_for(stream, shard.range.first), &shard);
        EXPECT_EQ(&shard_for(stream, shard.range.last), &shard);
    }
}

TEST(Stream, StartIsBelowTheFirstRecord) {
    const Stream stream = make_stream(1);
    EXPECT_LT(starting_sequence_number(stream.shards[0]),
              sequence_number(stream.shards[0], storage::Offset{0}));
}

TEST(StreamJson, RoundTrips) {
    Stream stream = make_stream(3);
    stream.options.kms_key = "alias/aws/kinesis";
    stream.options.on_demand = true;
    const std::string key = catalog_key(stream.scope, stream.name);
    EXPECT_EQ(key, "kinesis/streams/000000000000/eu-west-1/orders");
    const auto parsed = parse_stream(key, to_json(stream));
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(*parsed, stream);
}

TEST(StreamJson, DamageIsReported) {
    const Stream stream = make_stream(2);
    const std::string key = catalog_key(stream.scope, stream.name);
    const std::string good = to_json(stream);
    EXPECT_FALSE(parse_stream("kinesis/streams/orders", good));
    EXPECT_FALSE(parse_stream("sqs/queues/a/b/c", good));
    for (const char* value : {"", "[]", "{}", "{\"created\":1}"})
        EXPECT_FALSE(parse_stream(key, value)) << value;
    for (const std::string_view member :
         {"created", "on_demand", "retention_hours", "tags", "shards", "log", "last"}) {
        std::string damaged = good;
        const std::size_t at = damaged.find("\"" + std::string(member) + "\"");
        ASSERT_NE(at, std::string::npos) << member;
        damaged[at + 1] = 'X';
        const auto parsed = parse_stream(key, damaged);
        ASSERT_FALSE(parsed) << member;
        EXPECT_EQ(parsed.error().code, ErrorCode::kCorruption);
    }
}

}  // namespace
}  // namespace millrace::kinesis
