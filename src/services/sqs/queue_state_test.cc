#include "services/sqs/queue_state.h"

#include <gmock/gmock.h>

namespace millrace::sqs {
namespace {

using storage::Offset;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Seconds kNoDelay{0};
constexpr Seconds kTimeout{30};

class QueueStateTest : public testing::Test {
  protected:
    Instant now() const { return Instant::of(clock_); }
    void advance(Milliseconds by) {
        clock_.advance(by);
        state_.advance(now());
    }
    void add(std::uint64_t offset, Seconds delay = kNoDelay) {
        state_.add(Offset{offset}, clock_.now(), delay, now());
    }
    QueueState::Taken take(std::size_t limit = 10, Seconds timeout = kTimeout,
                           std::uint32_t receives_max = 0) {
        return state_.take(now(), limit, timeout, receives_max, nonce_++);
    }
    std::vector<std::uint64_t> take_offsets(std::size_t limit = 10, Seconds timeout = kTimeout) {
        std::vector<std::uint64_t> offsets;
        for (const Delivery& delivery : take(limit, timeout).deliveries)
            offsets.push_back(delivery.offset.value());
        return offsets;
    }

    ManualClock clock_;
    QueueState state_;
    std::uint32_t nonce_ = 100;
};

TEST_F(QueueStateTest, HandsOutTheOldestFirstAndHidesIt) {
    for (std::uint64_t offset : {0, 1, 2}) add(offset);
    EXPECT_THAT(take_offsets(2), ElementsAre(0, 1));
    EXPECT_THAT(take_offsets(), ElementsAre(2));
    EXPECT_THAT(take_offsets(), IsEmpty());
    EXPECT_EQ(state_.ready(), 0u);
    EXPECT_EQ(state_.in_flight(), 3u);
}

TEST_F(QueueStateTest, ComesBackWhenTheVisibilityTimeoutEndsNotBefore) {
    add(0);
    const WallTime first = clock_.now();
    EXPECT_EQ(take().deliveries.at(0).receive_count, 1u);
    advance(Milliseconds{29'999});
    EXPECT_THAT(take_offsets(), IsEmpty());
    advance(Milliseconds{1});
    const Delivery again = take().deliveries.at(0);
    EXPECT_EQ(again.receive_count, 2u);
    EXPECT_EQ(again.first_received, first);
}

TEST_F(QueueStateTest, ZeroTimeoutLeavesTheMessageVisible) {
    add(0);
    EXPECT_THAT(take_offsets(10, Seconds{0}), ElementsAre(0));
    EXPECT_EQ(state_.next_due(now()), clock_.monotonic());
    advance(Milliseconds{0});
    EXPECT_THAT(take_offsets(), ElementsAre(0));
}

TEST_F(QueueStateTest, DelayCountsFromTheSend) {
    state_.add(Offset{0}, clock_.now() - Seconds{4}, Seconds{5}, now());
    EXPECT_EQ(state_.delayed(), 1u);
    EXPECT_EQ(state_.next_due(now()), clock_.monotonic() + Seconds{1});
    advance(Milliseconds{999});
    EXPECT_FALSE(state_.can_take());
    advance(Milliseconds{1});
    EXPECT_EQ(state_.delayed(), 0u);
    EXPECT_THAT(take_offsets(), ElementsAre(0));
}

TEST_F(QueueStateTest, RemovedMessagesAreGoneInEveryPhase) {
    add(0);
    take();
    add(1);
    add(2, Seconds{10});
    for (std::uint64_t offset : {0, 1, 2, 7}) state_.remove(Offset{offset});
    advance(Seconds{60});
    EXPECT_THAT(take_offsets(), IsEmpty());
    EXPECT_EQ(state_.in_flight() + state_.ready() + state_.delayed(), 0u);
    EXPECT_EQ(state_.first_live(), std::nullopt);
    EXPECT_EQ(state_.next_due(now()), std::nullopt);
}

TEST_F(QueueStateTest, HeldMessagesAreNotHandedOutUntilReleased) {
    add(0);
    take();
    state_.hold(Offset{0});
    advance(Seconds{60});
    EXPECT_THAT(take_offsets(), IsEmpty());
    state_.release(Offset{0});
    EXPECT_THAT(take_offsets(), ElementsAre(0));
}

TEST_F(QueueStateTest, VisibilityIsChangedFromNowOn) {
    add(0);
    const std::uint32_t nonce = take().deliveries.at(0).nonce;
    advance(Seconds{20});
    EXPECT_EQ(state_.change_visibility(now(), Offset{0}, nonce, Seconds{60}), VisibilityChange::kChanged);
    advance(Milliseconds{59'999});
    EXPECT_THAT(take_offsets(), IsEmpty());
    EXPECT_EQ(state_.change_visibility(now(), Offset{0}, nonce, Seconds{0}), VisibilityChange::kChanged);
    advance(Milliseconds{0});
    EXPECT_THAT(take_offsets(), ElementsAre(0));
}

TEST_F(QueueStateTest, VisibilityOfWhatIsNotOurs) {
    add(0);
    const std::uint32_t old_nonce = take().deliveries.at(0).nonce;
    advance(kTimeout);
    EXPECT_EQ(state_.change_visibility(now(), Offset{0}, old_nonce, kTimeout),
              VisibilityChange::kNotInFlight);
    EXPECT_THAT(take_offsets(), ElementsAre(0));
    EXPECT_EQ(state_.change_visibility(now(), Offset{0}, old_nonce, kTimeout),
              VisibilityChange::kNotInFlight);
    state_.remove(Offset{0});
    EXPECT_EQ(state_.change_visibility(now(), Offset{0}, old_nonce, kTimeout), VisibilityChange::kGone);
}

TEST_F(QueueStateTest, VisibilityEndsTwelveHoursAfterTheReceive) {
    add(0);
    const std::uint32_t nonce = take().deliveries.at(0).nonce;
    advance(Seconds{10});
    EXPECT_EQ(state_.change_visibility(now(), Offset{0}, nonce, Seconds{43'190}), VisibilityChange::kChanged);
    EXPECT_EQ(state_.change_visibility(now(), Offset{0}, nonce, Seconds{43'191}),
              VisibilityChange::kBeyondLimit);
}

TEST_F(QueueStateTest, ReceivedTooOftenIsExhausted) {
    add(0);
    add(1);
    take(1, kTimeout, 2);
    advance(kTimeout);
    take(1, kTimeout, 2);
    advance(kTimeout);
    const auto taken = take(10, kTimeout, 2);
    EXPECT_THAT(taken.exhausted, ElementsAre(Offset{0}));
    ASSERT_EQ(taken.deliveries.size(), 1u);
    EXPECT_EQ(taken.deliveries[0].offset, Offset{1});
    EXPECT_EQ(state_.ready() + state_.delayed(), 0u);
}

TEST_F(QueueStateTest, ExpiresWithTheRetentionPeriod) {
    state_.set_retention(Seconds{60});
    add(0);
    advance(Seconds{30});
    add(1);
    EXPECT_EQ(state_.next_due(now()), clock_.monotonic() + Seconds{30});
    advance(Milliseconds{29'999});
    EXPECT_THAT(state_.expire(now()), IsEmpty());
    advance(Milliseconds{1});
    EXPECT_THAT(state_.expire(now()), ElementsAre(Offset{0}));
    EXPECT_EQ(state_.first_live(), Offset{1});
    EXPECT_THAT(take_offsets(), ElementsAre(1));
}

TEST_F(QueueStateTest, MessagesMovedHereExpireByTheirOwnAge) {
    state_.set_retention(Seconds{60});
    add(0);
    state_.add(Offset{1}, clock_.now() - Seconds{50}, kNoDelay, now());
    add(2);
    EXPECT_EQ(state_.next_due(now()), clock_.monotonic() + Seconds{10});
    advance(Seconds{10});
    EXPECT_THAT(state_.expire(now()), ElementsAre(Offset{1}));
    EXPECT_THAT(take_offsets(), ElementsAre(0, 2));
}

TEST_F(QueueStateTest, PurgeDropsEverythingAndTheQueueGoesOn) {
    add(0);
    take();
    add(1);
    add(2, Seconds{5});
    state_.purge();
    EXPECT_EQ(state_.first_live(), std::nullopt);
    add(4);
    advance(Seconds{60});
    EXPECT_THAT(take_offsets(), ElementsAre(4));
}

TEST_F(QueueStateTest, NoMoreThan120000InFlight) {
    for (std::uint64_t offset = 0; offset <= QueueState::kInFlightMax; ++offset) add(offset);
    EXPECT_EQ(take_offsets(QueueState::kInFlightMax + 1).size(), QueueState::kInFlightMax);
    EXPECT_EQ(state_.ready(), 1u);
    EXPECT_FALSE(state_.can_take());
    state_.remove(Offset{5});
    EXPECT_THAT(take_offsets(), ElementsAre(QueueState::kInFlightMax));
}

TEST_F(QueueStateTest, TheLogAloneRebuildsIt) {
    state_.apply(Offset{0}, SendRecord{.sent = clock_.now()}, now());
    state_.apply(Offset{1}, SendRecord{.sent = clock_.now()}, now());
    state_.apply(Offset{2}, DeleteRecord{{Offset{0}}}, now());
    EXPECT_EQ(state_.first_live(), Offset{1});
    state_.apply(Offset{3}, PurgeRecord{}, now());
    EXPECT_EQ(state_.first_live(), std::nullopt);
}

}  // namespace
}  // namespace millrace::sqs
