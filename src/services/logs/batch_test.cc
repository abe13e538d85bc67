#include "services/logs/batch.h"

#include <gtest/gtest.h>

#include "services/logs/page.h"

namespace millrace::logs {
namespace {

std::string encoded(const BatchHeader& header, const std::vector<LogEvent>& events) {
    std::string out;
    append_batch(out, header, events);
    return out;
}

TEST(Batch, ComesBackAndCountsItsBytes) {
    const std::vector<LogEvent> events = {{from_millis(5), "one"}, {from_millis(7), ""}};
    const std::string bytes = encoded({from_millis(9), from_millis(5), 100}, events);
    EXPECT_EQ(bytes.size(), kBatchHeaderBytes + 2 * kEventHeaderBytes + 3);
    const auto batch = decode_batch(bytes);
    ASSERT_TRUE(batch);
    EXPECT_EQ(batch->header.ingestion, from_millis(9));
    EXPECT_EQ(batch->header.bytes_before, 100u);
    EXPECT_EQ(batch->events[0].message, "one");
    EXPECT_EQ(batch->events[1].timestamp, from_millis(7));
    EXPECT_EQ(batch->bytes, 3u + 26u + 26u);
}

TEST(Batch, DamageIsRefusedWhereverTheBytesEnd) {
    const std::vector<LogEvent> events = {{from_millis(5), "one"}};
    const std::string bytes = encoded({from_millis(9), from_millis(5), 100}, events);
    for (std::size_t length = 0; length < bytes.size(); ++length)
        EXPECT_FALSE(decode_batch(bytes.substr(0, length)));
    EXPECT_FALSE(decode_batch(bytes + "x"));
    EXPECT_FALSE(decode_batch(encoded({}, {})));
}

TEST(PageToken, IsAwssFormAndNothingElse) {
    const std::string token = to_token(Direction::kForward, {12, 3});
    EXPECT_EQ(token, "f/" + std::string(44, '0') + "12" + "0000000003/s");
    const auto parsed = parse_token(token);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->position, (Position{12, 3}));
    for (const std::string_view bad :
         {"", "f/", "f/1/s", "x/00000000000000000000000000000000000000000000120000000003/s",
          "f/-0000000000000000000000000000000000000000000120000000003/s"}) {
        EXPECT_FALSE(parse_token(bad)) << bad;
    }
}

}  // namespace
}  // namespace millrace::logs
