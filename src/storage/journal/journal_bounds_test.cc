#include <gtest/gtest.h>

#include "storage/journal/frame.h"
#include "storage/journal/journal_world.h"

namespace millrace::storage {
namespace {

constexpr LogId kAny{1};

class JournalBoundsTest : public testing::Test {
  protected:
    void open() { ASSERT_TRUE(world_.open()); }

    JournalWorld world_;
};

TEST_F(JournalBoundsTest, ManySmallEntriesFillTheQueueToo) {
    open();
    const std::size_t fitting = kQueueBytesMax / kQueuedEntryBytes;
    world_.journal->append(std::vector<NewEntry>(fitting - 1, NewEntry{kAny, {}, {}}), [](const auto&) {});
    EXPECT_LE(world_.journal->stats().queued_bytes, kQueueBytesMax);
    std::string at_limit = "no answer";
    std::string beyond = "no answer";
    world_.journal->append({{kAny, {}, {}}},
                           [&](const auto& result) { at_limit = result ? "" : result.error().message; });
    world_.journal->append({{kAny, {}, {}}},
                           [&](const auto& result) { beyond = result ? "" : result.error().message; });
    world_.settle();
    EXPECT_EQ(at_limit, "");
    EXPECT_EQ(beyond, "too many appends wait for the disk");
}

TEST_F(JournalBoundsTest, AGroupIsNoLargerThanItsLimit) {
    world_.segment_bytes = kSegmentBytes;
    open();
    const auto append = [&](std::uint64_t bytes) {
        world_.journal->append({{kAny, {}, SharedBytes{std::string(bytes - kFrameHeaderBytes, 'x')}}},
                               [](const auto& result) { ASSERT_TRUE(result); });
    };
    append(kGroupBytesMax - 100);
    append(100);  // together at the limit
    world_.settle();
    EXPECT_EQ(world_.journal->stats().commits, 1u);
    append(kGroupBytesMax - 100);
    append(101);
    world_.settle();
    EXPECT_EQ(world_.journal->stats().commits, 3u);
    append(kGroupBytesMax + 1);  // alone it may be larger
    world_.settle();
    EXPECT_EQ(world_.journal->stats().commits, 4u);
}

TEST_F(JournalBoundsTest, ReadsOfOldDataWaitForTheirTurnAndAreRefusedBeyondTheLimit) {
    world_.recent_bytes_max = 0;
    world_.waiting_reads_max = 3;
    open();
    ASSERT_TRUE(world_.append(kAny, {"1", "2"}));
    std::string answers;
    const auto read = [&] {
        world_.journal->read(kAny, Offset{0}, {}, [&](const Result<std::vector<Entry>>& entries) {
            answers += entries ? static_cast<char>('0' + entries->size())
                       : entries.error().code == ErrorCode::kResourceExhausted ? 'n'
                                                                               : '?';
        });
    };
    for (std::size_t i = 0; i < kReadsAtOnce; ++i) read();
    EXPECT_EQ(world_.journal->stats().waiting_reads, 0u);
    for (std::size_t i = 0; i < 3; ++i) read();
    EXPECT_EQ(world_.journal->stats().waiting_reads, 3u);
    EXPECT_EQ(answers, "");
    read();
    EXPECT_EQ(answers, "n");
    world_.settle();
    EXPECT_EQ(answers, "n2222222");
    EXPECT_EQ(world_.journal->stats().waiting_reads, 0u);
    for (std::size_t i = 0; i < kReadsAtOnce + 3; ++i) read();
    world_.journal->clear([](const auto&) {});
    world_.settle();
    EXPECT_EQ(answers.size(), 2 * kReadsAtOnce + 7) << "all are answered, whatever is there then";
    for (std::size_t i = 0; i < kReadsAtOnce + 1; ++i) read();
    world_.journal.reset();  // what waits is dropped
}

}  // namespace
}  // namespace millrace::storage
