#include "services/lambda/mappings/repetition.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace millrace::lambda {
namespace {

Mapping mapping(std::string source = "arn:aws:kinesis:us-east-1:000000000000:stream/s") {
    return {.scope = {.account = "000000000000", .region = "us-east-1"},
            .source_arn = std::move(source),
            .function = "f"};
}

std::vector<ports::SourceRecord> records(std::initializer_list<std::uint64_t> cursors) {
    std::vector<ports::SourceRecord> made;
    for (const std::uint64_t cursor : cursors) {
        made.push_back({.cursor = ports::Cursor{cursor},
                        .sequence_number = fmt::format("{}", 100 + cursor),
                        .partition_key = "k",
                        .arrival = {},
                        .data = SharedBytes(std::string())});
    }
    return made;
}

std::string repeat(const std::vector<ports::SourceRecord>& failed) {
    return command_to_repeat(mapping(), "shardId-0", failed, "http://127.0.0.1:4566");
}

TEST(Repetition, NamesTheFirstRecordAndHowManyFollow) {
    EXPECT_EQ(repeat(records({5})), "millrace invoke f --region us-east-1 --event-from s/shardId-0/105");
    EXPECT_EQ(repeat(records({5, 6, 7})),
              "millrace invoke f --region us-east-1 --event-from s/shardId-0/105 --count 3");
}

TEST(Repetition, NamesRecordsWithGapsOneByOneUpToALimit) {
    EXPECT_EQ(
        repeat(records({5, 7})),
        "millrace invoke f --region us-east-1 --event-from s/shardId-0/105 --event-from s/shardId-0/107");
    std::vector<ports::SourceRecord> many = records({0});
    for (std::uint64_t i = 1; i < kRepeatedPlacesMax; ++i) many.push_back(records({2 * i}).front());
    EXPECT_FALSE(repeat(many).contains("--count")) << "at the limit";
    many.push_back(records({40}).front());
    EXPECT_EQ(repeat(many), "millrace invoke f --region us-east-1 --event-from s/shardId-0/100 --count 41");
}

TEST(Repetition, AConsumerIsPartOfTheSource) {
    EXPECT_EQ(command_to_repeat(mapping("arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:17"),
                                "shardId-0", records({5}), "http://127.0.0.1:4566"),
              "millrace invoke f --region us-east-1 --event-from s/consumer/c:17/shardId-0/105");
}

TEST(Repetition, NamesAnotherServerAndAccount) {
    Mapping other = mapping();
    other.scope = {.account = "123456789012", .region = "eu-west-1"};
    EXPECT_EQ(command_to_repeat(other, "shardId-0", records({5}), "http://127.0.0.1:5000"),
              "AWS_ACCESS_KEY_ID=123456789012 AWS_SECRET_ACCESS_KEY=any millrace invoke f --region eu-west-1 "
              "--endpoint-url http://127.0.0.1:5000 --event-from s/shardId-0/105");
}

}  // namespace
}  // namespace millrace::lambda
