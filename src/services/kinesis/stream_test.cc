#include "services/kinesis/stream.h"

#include <gtest/gtest.h>

#include "services/kinesis/shard_json.h"
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
        const std::uint32_t index = stream.shards.next_index();
        stream.shards.put(
            {.index = index, .log = storage::LogId{10 + index}, .created = stream.created, .range = range});
    }
    stream.routes = routes_of(stream.shards);
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
    for (const char* name :
         {"shardId-002147483647", "2147483647", "-00002147483647", "any-name-2147483647"}) {
        EXPECT_EQ(parse_shard_name(name), 2'147'483'647) << name;
    }
    for (const char* name : {"", "shardId-", "shardId-002147483648", "2147483648", "99999999999999999999",
                             "shardId-00000000000x", "shardId-+1", "2.14E4", "shardId"}) {
        EXPECT_FALSE(parse_shard_name(name)) << name;
    }
    const Stream stream = make_stream(2);
    EXPECT_EQ(find_shard(stream, "shardId-000000000001"), stream.shards.find(1));
    EXPECT_EQ(find_shard(stream, "shardId-000000000002"), nullptr);
}

TEST(Stream, EveryHashKeyHasItsShard) {
    const Stream stream = make_stream(3);
    for (const auto& [index, shard] : stream.shards.by_index()) {
        EXPECT_EQ(stream.routes.at(shard.range.first).log, shard.log);
        EXPECT_EQ(stream.routes.at(shard.range.last).log, shard.log);
    }
}

TEST(Stream, StartIsBelowTheFirstRecord) {
    const Stream stream = make_stream(1);
    EXPECT_LT(starting_sequence_number(*stream.shards.find(0)),
              sequence_number(*stream.shards.find(0), storage::Offset{0}));
}

TEST(StreamJson, RoundTrips) {
    Stream stream = make_stream(3);
    stream.options.shard_count = StreamOptions{}.shard_count;  // of its creation alone, and not kept
    stream.options.kms_key = "alias/aws/kinesis";
    stream.options.on_demand = true;
    stream.options.scalings = {from_millis(1), from_millis(2)};
    stream.options.mode_switches = {from_millis(3)};
    const std::string key = catalog_key(stream.scope, stream.name);
    EXPECT_EQ(key, "kinesis/streams/000000000000/eu-west-1/orders");
    const auto parsed = parse_stream(key, to_json(stream, stream.options));
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(parsed->created, stream.created);
    EXPECT_EQ(parsed->options, stream.options);
    EXPECT_TRUE(parsed->shards.by_index().empty()) << "they have values of their own";
}

TEST(ShardJson, RoundTrips) {
    const aws::Scope scope{.account = "000000000000", .region = "eu-west-1"};
    const std::string key = shard_key(scope, "orders", 12);
    EXPECT_EQ(key, "kinesis/shards/000000000000/eu-west-1/orders/0000000012");
    Shard shard{.index = 12, .log = storage::LogId{5}, .created = from_millis(9), .range = {7, 8}};
    const auto reads_back = [&] {
        return parse_shard(key, to_json(shard)) == StoredShard{{scope, "orders"}, shard};
    };
    EXPECT_TRUE(reads_back());
    shard.parent = 3;
    EXPECT_TRUE(reads_back());
    shard.adjacent_parent = 4;
    shard.closed = Shard::Closing{.at = from_millis(10), .first_child = 13};
    EXPECT_TRUE(reads_back());
}

TEST(ShardJson, DamageIsReported) {
    const std::string key = "kinesis/shards/a/b/c/0000000001";
    const std::string good =
        R"({"log":1,"created":2,"first":"3","last":"4","parent":0,"closed":5,"child":6})";
    ASSERT_TRUE(parse_shard(key, good));
    EXPECT_FALSE(parse_shard("kinesis/shards/a/b/c", good));
    EXPECT_FALSE(parse_shard("kinesis/shards/a/b/c/x", good));
    for (const std::string_view member : {"log", "created", "first", "last", "child"}) {
        std::string damaged = good;
        damaged[damaged.find("\"" + std::string(member) + "\"") + 1] = 'X';
        ASSERT_FALSE(parse_shard(key, damaged)) << member;
        EXPECT_EQ(parse_shard(key, damaged).error().code, ErrorCode::kCorruption);
    }
    EXPECT_FALSE(parse_shard(key, R"({"log":1,"created":2,"first":"4","last":"3"})"));
    EXPECT_FALSE(parse_shard(key, R"({"log":1,"created":2,"first":"3","last":"4","parent":"0"})"));
}

TEST(StreamJson, DamageIsReported) {
    Stream stream = make_stream(2);
    const std::string key = catalog_key(stream.scope, stream.name);
    const std::string good = to_json(stream, stream.options);
    EXPECT_FALSE(parse_stream("kinesis/streams/orders", good));
    EXPECT_FALSE(parse_stream("sqs/queues/a/b/c", good));
    for (const char* value : {"", "[]", "{}", "{\"created\":1}"})
        EXPECT_FALSE(parse_stream(key, value)) << value;
    for (const std::string_view member : {"created", "on_demand", "retention_hours", "tags"}) {
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
