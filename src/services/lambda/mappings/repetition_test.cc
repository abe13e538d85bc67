#include "services/lambda/mappings/repetition.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace millrace::lambda {
namespace {

Mapping mapping(std::string source = "arn:aws:kinesis:us-east-1:000000000000:stream/s") {
    return {.source_arn = std::move(source), .function = "f"};
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

TEST(Repetition, NamesTheFirstRecordAndHowManyFollow) {
    EXPECT_EQ(command_to_repeat(mapping(), "shardId-0", records({5})),
              "millrace invoke f --event-from s/shardId-0/105");
    EXPECT_EQ(command_to_repeat(mapping(), "shardId-0", records({5, 6, 7})),
              "millrace invoke f --event-from s/shardId-0/105 --count 3");
}

TEST(Repetition, NamesRecordsWithGapsOneByOneUpToALimit) {
    EXPECT_EQ(command_to_repeat(mapping(), "shardId-0", records({5, 7})),
              "millrace invoke f --event-from s/shardId-0/105 --event-from s/shardId-0/107");
    std::vector<ports::SourceRecord> many = records({0});
    for (std::uint64_t i = 1; i < kRepeatedPlacesMax; ++i) many.push_back(records({2 * i}).front());
    EXPECT_FALSE(command_to_repeat(mapping(), "shardId-0", many).contains("--count")) << "at the limit";
    many.push_back(records({40}).front());
    EXPECT_EQ(command_to_repeat(mapping(), "shardId-0", many),
              "millrace invoke f --event-from s/shardId-0/100 --count 41");
}

TEST(Repetition, AConsumerIsPartOfTheSource) {
    EXPECT_EQ(command_to_repeat(mapping("arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:17"),
                                "shardId-0", records({5})),
              "millrace invoke f --event-from s/consumer/c:17/shardId-0/105");
}

}  // namespace
}  // namespace millrace::lambda
