#include <gtest/gtest.h>

#include "storage/journal/journal_world.h"

namespace millrace::storage {
namespace {

constexpr LogId kLingered{1};

/// Appends that nobody waits for are written with those that somebody does, or a little later.
class JournalLingerTest : public testing::Test {
  protected:
    void SetUp() override { ASSERT_TRUE(world_.open()); }

    void append(const std::string& payload, bool may_linger) {
        world_.journal->append({{.log = kLingered,
                                 .time = world_.clock.now(),
                                 .payload = SharedBytes{payload},
                                 .may_linger = may_linger}},
                               [this, payload](const auto& result) {
                                   ASSERT_TRUE(result) << result.error().message;
                                   answers_ += payload;
                               });
    }
    void pass(Milliseconds time) {
        world_.home.advance(time);
        world_.settle();
    }

    JournalWorld world_;
    std::string answers_;
};

TEST_F(JournalLingerTest, AloneItIsWrittenWhenItsTimeIsUp) {
    append("a", true);
    pass(kLingerMax - Milliseconds{1});
    EXPECT_EQ(answers_, "");
    EXPECT_EQ(world_.journal->end(kLingered), Offset{0});
    pass(Milliseconds{1});
    EXPECT_EQ(answers_, "a");
    append("b", true);
    pass(kLingerMax);
    EXPECT_EQ(answers_, "ab");
}

TEST_F(JournalLingerTest, ItSharesTheSyncOfTheNextThatMayNot) {
    append("a", true);
    append("b", true);
    append("c", false);
    world_.settle();
    EXPECT_EQ(answers_, "abc");
    EXPECT_EQ(world_.journal->stats().syncs, 1u);
    pass(kLingerMax);
    EXPECT_EQ(world_.journal->stats().syncs, 1u);
}

TEST_F(JournalLingerTest, BehindOneThatMayNotItIsWrittenWithIt) {
    append("a", false);
    append("b", true);
    world_.settle();
    EXPECT_EQ(answers_, "ab");
    EXPECT_EQ(world_.journal->stats().syncs, 1u);
}

TEST_F(JournalLingerTest, AmongEntriesThatMayLingerOneThatMayNotHurriesThem) {
    world_.journal->append({{.log = kLingered, .may_linger = true}, {.log = kLingered}},
                           [this](const auto& result) { answers_ += result ? "ab" : "failed"; });
    world_.settle();
    EXPECT_EQ(answers_, "ab");
}

TEST_F(JournalLingerTest, ATrimAndARemovalComeAfterIt) {
    append("a", true);
    ASSERT_TRUE(world_.trim(kLingered, Offset{1}));
    EXPECT_EQ(answers_, "a");
    append("b", true);
    ASSERT_TRUE(world_.remove(kLingered));
    EXPECT_EQ(world_.journal->end(kLingered), Offset{0});
}

TEST_F(JournalLingerTest, DestructionWritesIt) {
    append("a", true);
    ASSERT_TRUE(world_.close_and_reopen());
    EXPECT_EQ(world_.payloads(kLingered), std::vector<std::string>{"a"});
}

TEST_F(JournalLingerTest, ACrashMayLoseIt) {
    append("a", true);
    ASSERT_TRUE(world_.crash_and_reopen());
    EXPECT_EQ(answers_, "");
    EXPECT_EQ(world_.payloads(kLingered), std::vector<std::string>{});
}

}  // namespace
}  // namespace millrace::storage
