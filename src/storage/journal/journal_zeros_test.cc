#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "files/helpers.h"
#include "storage/journal/journal_world.h"

// What is written ahead of small writes is room, not data: nobody may notice it but the disk.

namespace millrace::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr LogId kSmallAppends{1};
constexpr std::size_t kAhead = 1000;

class JournalZerosTest : public testing::Test {
  protected:
    JournalZerosTest() {
        world_.segment_bytes = 4096;
        world_.fsync.zeros_ahead = kAhead;
        EXPECT_TRUE(world_.open());
    }

    std::string newest() { return world_.segments().back(); }
    std::string contents() { return files::read_file(world_.files, newest()).value(); }

    JournalWorld world_;
};

TEST_F(JournalZerosTest, OneSmallWriteMakesRoomForTheNext) {
    ASSERT_TRUE(world_.append(kSmallAppends, {"one"}));
    const std::string first = contents();
    EXPECT_TRUE(first.ends_with(std::string(kAhead, '\0')));
    EXPECT_FALSE(first.ends_with(std::string(kAhead + 1, '\0')));
    ASSERT_TRUE(world_.append(kSmallAppends, {"two"}));
    EXPECT_EQ(contents().size(), first.size());
    ASSERT_TRUE(world_.append(kSmallAppends, {std::string(kAhead, 'x')}));
    EXPECT_GT(contents().size(), first.size());
    ASSERT_TRUE(world_.append(kSmallAppends, {std::string(FsyncMode::kSmallWriteBytes, 'x')}));
    EXPECT_EQ(contents().back(), 'x') << "large writes do without";
}

TEST_F(JournalZerosTest, ARestartWritesOverThem) {
    ASSERT_TRUE(world_.append(kSmallAppends, {"one", "two"}));
    ASSERT_TRUE(world_.close_and_reopen());
    EXPECT_EQ(contents().find(std::string(kAhead, '\0')), std::string::npos);
    ASSERT_TRUE(world_.append(kSmallAppends, {"three"}));
    ASSERT_TRUE(world_.close_and_reopen());
    EXPECT_THAT(world_.payloads(kSmallAppends), ElementsAre("one", "two", "three"));
}

TEST_F(JournalZerosTest, ASealedSegmentHasNone) {
    while (world_.segments().size() < 3) ASSERT_TRUE(world_.append(kSmallAppends, {std::string(300, 'x')}));
    for (const std::string& path : world_.segments()) {
        if (path == newest()) continue;
        EXPECT_THAT(files::read_file(world_.files, path).value(), testing::EndsWith("RACEMILL"));
    }
    ASSERT_TRUE(world_.close_and_reopen());
}

TEST_F(JournalZerosTest, AnInterruptedWriteAmongThemIsCutOff) {
    ASSERT_TRUE(world_.append(kSmallAppends, {"kept"}));
    const std::string before = contents();
    ASSERT_TRUE(world_.append(kSmallAppends, {"torn"}));
    std::string after = contents();
    const std::size_t begin = before.size() - kAhead;
    after.replace(begin, 8, std::string(8, '\0'));  // of its frame only the end reached the disk
    ASSERT_TRUE(files::write_file(world_.files, newest(), after));
    ASSERT_TRUE(world_.kill_and_reopen());
    EXPECT_THAT(world_.payloads(kSmallAppends), ElementsAre("kept"));
}

TEST_F(JournalZerosTest, ZerosInsteadOfWhatWasDurableAreDamage) {
    ASSERT_TRUE(world_.append(kSmallAppends, {"lost"}));
    const std::size_t begin = contents().size() - kAhead;
    ASSERT_TRUE(world_.append(kSmallAppends, {"kept"}));
    std::string damaged = contents();
    damaged.replace(begin - 20, 20, std::string(20, '\0'));
    ASSERT_TRUE(files::write_file(world_.files, newest(), damaged));
    const auto opened = world_.kill_and_reopen();
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().message, HasSubstr("no valid frame begins here"));
}

TEST_F(JournalZerosTest, AnOlderSegmentThatEndsInThemIsDamaged) {
    while (world_.segments().size() < 2) ASSERT_TRUE(world_.append(kSmallAppends, {std::string(300, 'x')}));
    const std::string path = world_.segments().front();
    std::string damaged = files::read_file(world_.files, path).value();
    damaged.replace(damaged.size() - 200, 200, std::string(200, '\0'));
    ASSERT_TRUE(files::write_file(world_.files, path, damaged));
    EXPECT_FALSE(world_.close_and_reopen());
}

TEST_F(JournalZerosTest, WithoutRoomForThemTheWriteIsTakenAllTheSame) {
    world_.files.set_capacity(world_.files.used() + 200);
    ASSERT_TRUE(world_.append(kSmallAppends, {"fits"}));
    EXPECT_EQ(world_.journal->health().state, JournalState::kHealthy);
    ASSERT_TRUE(world_.close_and_reopen());
    EXPECT_THAT(world_.payloads(kSmallAppends), ElementsAre("fits"));
}

}  // namespace
}  // namespace millrace::storage
