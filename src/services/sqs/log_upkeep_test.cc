#include "services/sqs/log_upkeep.h"

#include <gtest/gtest.h>

namespace millrace::sqs {
namespace {

class LogUpkeepTest : public testing::Test {
  protected:
    static LogUse span_of(std::uint64_t span) { return {.dead = 0, .span = span, .live = span / 4}; }
    static LogUse dead(std::uint64_t bytes) { return {.dead = bytes, .span = 0, .live = 0}; }
    void advance(Milliseconds by) { now_ += by; }

    static constexpr std::uint64_t kSpan = LogUpkeep::kMoveSpanBytes;
    MonotonicTime now_{Seconds{1'000}};
    LogUpkeep upkeep_;
};

TEST_F(LogUpkeepTest, TrimsAfterSoManyEntries) {
    EXPECT_FALSE(upkeep_.trim_due(now_, LogUpkeep::kTrimEntries - 1, dead(100)));
    EXPECT_TRUE(upkeep_.trim_due(now_, LogUpkeep::kTrimEntries, dead(100)));
}

TEST_F(LogUpkeepTest, TrimsAfterSoManyBytesSinceTheLastTrim) {
    EXPECT_FALSE(upkeep_.trim_due(now_, 1, dead(LogUpkeep::kTrimBytes - 1)));
    EXPECT_TRUE(upkeep_.trim_due(now_, 1, dead(LogUpkeep::kTrimBytes)));
    upkeep_.trimmed(dead(LogUpkeep::kTrimBytes));
    EXPECT_FALSE(upkeep_.trim_due(now_, 1, dead(2 * LogUpkeep::kTrimBytes - 1)));
    EXPECT_TRUE(upkeep_.trim_due(now_, 1, dead(2 * LogUpkeep::kTrimBytes)));
}

TEST_F(LogUpkeepTest, TrimsAWhileAfterTheFirstDied) {
    EXPECT_FALSE(upkeep_.trim_due(now_, 0, dead(0)));
    EXPECT_EQ(upkeep_.next_due(now_), std::nullopt);
    EXPECT_FALSE(upkeep_.trim_due(now_, 1, dead(100)));
    EXPECT_EQ(upkeep_.next_due(now_), now_ + LogUpkeep::kTrimDelay);
    advance(LogUpkeep::kTrimDelay - Milliseconds{1});
    EXPECT_FALSE(upkeep_.trim_due(now_, 2, dead(200)));
    advance(Milliseconds{1});
    EXPECT_TRUE(upkeep_.trim_due(now_, 2, dead(200)));
    upkeep_.trimmed(dead(200));
    EXPECT_FALSE(upkeep_.trim_due(now_, 1, dead(300)));
}

TEST_F(LogUpkeepTest, MovesWhenAQuarterOfALongSpanLives) {
    EXPECT_TRUE(upkeep_.move_due(now_, span_of(kSpan)));
    EXPECT_FALSE(upkeep_.move_due(now_, {.dead = 0, .span = kSpan, .live = kSpan / 4 + 1}));
    EXPECT_FALSE(upkeep_.move_due(now_, {.dead = 0, .span = kSpan, .live = 0}));
    EXPECT_FALSE(upkeep_.move_due(now_, span_of(kSpan - 1)));
}

TEST_F(LogUpkeepTest, MovesWithinAShortSpanAfterAWhile) {
    EXPECT_FALSE(upkeep_.move_due(now_, span_of(1'000)));
    EXPECT_EQ(upkeep_.next_due(now_), now_ + LogUpkeep::kMoveDelay);
    advance(LogUpkeep::kMoveDelay - Milliseconds{1});
    EXPECT_FALSE(upkeep_.move_due(now_, span_of(1'000)));
    advance(Milliseconds{1});
    EXPECT_TRUE(upkeep_.move_due(now_, span_of(1'000)));
    EXPECT_EQ(upkeep_.next_due(now_), std::nullopt) << "a timer in the past would run for ever";
}

TEST_F(LogUpkeepTest, TheWhileBeginsAnewWhenMessagesFillTheirQuarter) {
    EXPECT_FALSE(upkeep_.move_due(now_, span_of(1'000)));
    advance(LogUpkeep::kMoveDelay);
    EXPECT_FALSE(upkeep_.move_due(now_, {.dead = 0, .span = 1'000, .live = 251}));
    EXPECT_FALSE(upkeep_.move_due(now_, span_of(1'000)));
}

TEST_F(LogUpkeepTest, NothingMovesForAWhileAfterAFailure) {
    upkeep_.postpone_moves(now_);
    EXPECT_FALSE(upkeep_.move_due(now_, span_of(kSpan)));
    EXPECT_EQ(upkeep_.next_due(now_), now_ + LogUpkeep::kMoveDelay);
    advance(LogUpkeep::kMoveDelay);
    EXPECT_TRUE(upkeep_.move_due(now_, span_of(kSpan)));
}

}  // namespace
}  // namespace millrace::sqs
