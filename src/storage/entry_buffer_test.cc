#include "storage/entry_buffer.h"

#include <gmock/gmock.h>

namespace millrace::storage {
namespace {

TEST(EntryBufferTest, EntriesAreSlicesOfOneBuffer) {
    EntryBuffer buffer{3, 0};
    EXPECT_TRUE(buffer.empty());
    buffer.bytes() += "first";
    buffer.end_entry(LogId{1}, from_millis(5));
    buffer.end_entry(LogId{2}, from_millis(6));
    buffer.bytes() += std::string(1000, 'x');
    buffer.end_entry(LogId{1}, from_millis(7));
    EXPECT_FALSE(buffer.empty());

    const std::vector<NewEntry> entries = std::move(buffer).take();
    ASSERT_EQ(entries.size(), 3u);
    EXPECT_EQ(entries[0].payload.view(), "first");
    EXPECT_EQ(entries[1].payload.view(), "");
    EXPECT_EQ(entries[2].payload.view(), std::string(1000, 'x'));
    EXPECT_EQ(entries[2].payload.view().data(), entries[0].payload.view().data() + 5);
    EXPECT_EQ(entries[1].log, LogId{2});
    EXPECT_EQ(entries[2].time, from_millis(7));
}

TEST(EntryBufferTest, AnEntryOutlivesTheOthers) {
    SharedBytes kept;
    {
        EntryBuffer buffer{2, 6};
        buffer.bytes() += "one";
        buffer.end_entry(LogId{1}, {});
        buffer.bytes() += "two";
        buffer.end_entry(LogId{1}, {});
        kept = std::move(buffer).take().back().payload;
    }
    EXPECT_EQ(kept.view(), "two");
}

}  // namespace
}  // namespace millrace::storage
