#include "cli/stream_event.h"

#include <gtest/gtest.h>

namespace millrace::cli {
namespace {

TEST(RecordPlace, IsAStreamAShardAndANumber) {
    const auto place = parse_record_place("events/shardId-000000000001/4966");
    ASSERT_TRUE(place);
    EXPECT_EQ(place->source, "events");
    EXPECT_EQ(place->shard, "shardId-000000000001");
    EXPECT_EQ(place->sequence_number, "4966");
    EXPECT_EQ(parse_record_place("events/consumer/c:17/s/4")->source, "events/consumer/c:17");
}

TEST(RecordPlace, HasNoEmptyPart) {
    for (const char* text : {"", "/", "//", "///", "a", "a/b", "/a/b", "a//b", "a/b/", "a/b//"}) {
        EXPECT_FALSE(parse_record_place(text)) << text;
    }
    EXPECT_EQ(parse_record_place("a/b").error().message,
              "a/b does not name a record: STREAM/SHARD/SEQUENCE-NUMBER");
}

}  // namespace
}  // namespace millrace::cli
