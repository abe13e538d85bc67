#include "services/sqs/queue_state.h"

#include <gmock/gmock.h>

namespace millrace::sqs {
namespace {

using storage::Offset;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Seconds kNoDelay{0};
constexpr Seconds kTimeout{30};
constexpr std::size_t kBytes = 36;
constexpr std::uint64_t kCost = kBytes + QueueState::kEntryCostBytes;

class QueueStateTest : public testing::Test {
  protected:
    Instant now() const { return Instant::of(clock_); }
    void advance(Milliseconds by) {
        clock_.advance(by);
        state_.advance(now());
    }
    void add(std::uint64_t offset, Seconds delay = kNoDelay, Seconds age = Seconds{0}) {
        apply(offset, SendRecord{.sent = clock_.now() - age, .delay = delay});
    }
    void apply(std::uint64_t offset, const Record& record) {
        state_.apply({Offset{offset}, kBytes}, record, now());
    }
    void remove(std::uint64_t number, std::uint64_t offset = 1'000'000) {
        apply(offset, DeleteRecord{{MessageNumber{number}}});
    }
    QueueState::Taken take(std::size_t limit = 10, Seconds timeout = kTimeout,
                           std::uint32_t receives_max = 0) {
        return state_.take(now(), limit, timeout, receives_max, nonce_++);
    }
    std::vector<std::uint64_t> take_numbers(std::size_t limit = 10, Seconds timeout = kTimeout) {
        std::vector<std::uint64_t> numbers;
        for (const Delivery& delivery : take(limit, timeout).deliveries)
            numbers.push_back(delivery.message.number.value());
        return numbers;
    }

    ManualClock clock_;
    QueueState state_;
    std::uint32_t nonce_ = 100;
};

TEST_F(QueueStateTest, HandsOutTheOldestFirstAndHidesIt) {
    for (std::uint64_t offset : {0, 1, 2}) add(offset);
    EXPECT_THAT(take_numbers(2), ElementsAre(0, 1));
    EXPECT_THAT(take_numbers(), ElementsAre(2));
    EXPECT_THAT(take_numbers(), IsEmpty());
    EXPECT_EQ(state_.ready(), 0u);
    EXPECT_EQ(state_.in_flight(), 3u);
}

TEST_F(QueueStateTest, ComesBackWhenTheVisibilityTimeoutEndsNotBefore) {
    add(0);
    const WallTime first = clock_.now();
    EXPECT_EQ(take().deliveries.at(0).receive_count, 1u);
    advance(Milliseconds{29'999});
    EXPECT_THAT(take_numbers(), IsEmpty());
    advance(Milliseconds{1});
    const Delivery again = take().deliveries.at(0);
    EXPECT_EQ(again.receive_count, 2u);
    EXPECT_EQ(again.first_received, first);
}

TEST_F(QueueStateTest, ZeroTimeoutLeavesTheMessageVisible) {
    add(0);
    EXPECT_THAT(take_numbers(10, Seconds{0}), ElementsAre(0));
    EXPECT_EQ(state_.next_due(now()), clock_.monotonic());
    advance(Milliseconds{0});
    EXPECT_THAT(take_numbers(), ElementsAre(0));
}

TEST_F(QueueStateTest, DelayCountsFromTheSend) {
    add(0, Seconds{5}, Seconds{4});
    EXPECT_EQ(state_.delayed(), 1u);
    EXPECT_EQ(state_.next_due(now()), clock_.monotonic() + Seconds{1});
    advance(Milliseconds{999});
    EXPECT_FALSE(state_.can_take());
    advance(Milliseconds{1});
    EXPECT_EQ(state_.delayed(), 0u);
    EXPECT_THAT(take_numbers(), ElementsAre(0));
}

TEST_F(QueueStateTest, VeryManyThatAreDueAtOnceBecomeReadyInParts) {
    for (std::uint64_t offset = 0; offset < 10'001; ++offset) add(offset, Seconds{5});
    advance(Seconds{5});
    EXPECT_EQ(state_.ready(), 10'000u);
    EXPECT_LE(state_.next_due(now()), clock_.monotonic());
    advance(Seconds{0});
    EXPECT_EQ(state_.ready(), 10'001u);
}

TEST_F(QueueStateTest, RemovedMessagesAreGoneInEveryPhase) {
    add(0);
    take();
    add(1);
    add(2, Seconds{10});
    for (std::uint64_t offset : {0, 1, 2, 7}) remove(offset);
    advance(Seconds{60});
    EXPECT_THAT(take_numbers(), IsEmpty());
    EXPECT_EQ(state_.in_flight() + state_.ready() + state_.delayed(), 0u);
    EXPECT_EQ(state_.first_live(), std::nullopt);
    EXPECT_EQ(state_.next_due(now()), std::nullopt);
}

TEST_F(QueueStateTest, HeldMessagesAreNotHandedOutUntilReleased) {
    add(0);
    take();
    state_.hold(MessageNumber{0});
    advance(Seconds{60});
    EXPECT_THAT(take_numbers(), IsEmpty());
    state_.release(MessageNumber{0});
    EXPECT_THAT(take_numbers(), ElementsAre(0));
}

TEST_F(QueueStateTest, VisibilityIsChangedFromNowOn) {
    add(0);
    const std::uint32_t nonce = take().deliveries.at(0).nonce;
    advance(Seconds{20});
    EXPECT_EQ(state_.change_visibility(now(), MessageNumber{0}, nonce, Seconds{60}),
              VisibilityChange::kChanged);
    advance(Milliseconds{59'999});
    EXPECT_THAT(take_numbers(), IsEmpty());
    EXPECT_EQ(state_.change_visibility(now(), MessageNumber{0}, nonce, Seconds{0}),
              VisibilityChange::kChanged);
    advance(Milliseconds{0});
    EXPECT_THAT(take_numbers(), ElementsAre(0));
}

TEST_F(QueueStateTest, VisibilityOfWhatIsNotOurs) {
    add(0);
    const std::uint32_t old_nonce = take().deliveries.at(0).nonce;
    advance(kTimeout);
    EXPECT_EQ(state_.change_visibility(now(), MessageNumber{0}, old_nonce, Seconds{0}),
              VisibilityChange::kNotInFlight);
    EXPECT_EQ(state_.change_visibility(now(), MessageNumber{0}, old_nonce, kTimeout),
              VisibilityChange::kChanged);
    EXPECT_EQ(state_.in_flight(), 1U) << "hidden again";
    EXPECT_THAT(take_numbers(), IsEmpty());
    advance(kTimeout);
    EXPECT_EQ(take().deliveries.at(0).receive_count, 2U) << "which was no receive";
    EXPECT_EQ(state_.change_visibility(now(), MessageNumber{0}, old_nonce, Seconds{0}),
              VisibilityChange::kChanged)
        << "though somebody else has it";
    advance(Milliseconds{0});
    EXPECT_THAT(take_numbers(), ElementsAre(0));
    remove(0);
    EXPECT_EQ(state_.change_visibility(now(), MessageNumber{0}, old_nonce, kTimeout),
              VisibilityChange::kGone);
}

TEST_F(QueueStateTest, VisibilityEndsTwelveHoursAfterTheReceive) {
    add(0);
    const std::uint32_t nonce = take().deliveries.at(0).nonce;
    advance(Seconds{10});
    EXPECT_EQ(state_.change_visibility(now(), MessageNumber{0}, nonce, Seconds{43'190}),
              VisibilityChange::kChanged);
    EXPECT_EQ(state_.change_visibility(now(), MessageNumber{0}, nonce, Seconds{43'191}),
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
    EXPECT_THAT(taken.exhausted, ElementsAre(MessageNumber{0}));
    ASSERT_EQ(taken.deliveries.size(), 1u);
    EXPECT_EQ(taken.deliveries[0].message.number, MessageNumber{1});
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
    EXPECT_THAT(state_.expire(now()), ElementsAre(MessageNumber{0}));
    EXPECT_EQ(state_.first_live(), Offset{1});
    EXPECT_THAT(take_numbers(), ElementsAre(1));
}

TEST_F(QueueStateTest, MessagesMovedHereExpireByTheirOwnAge) {
    state_.set_retention(Seconds{60});
    add(0);
    add(1, kNoDelay, Seconds{50});
    add(2);
    EXPECT_EQ(state_.next_due(now()), clock_.monotonic() + Seconds{10});
    advance(Seconds{10});
    EXPECT_THAT(state_.expire(now()), ElementsAre(MessageNumber{1}));
    EXPECT_THAT(take_numbers(), ElementsAre(0, 2));
}

TEST_F(QueueStateTest, PurgeDropsEverythingAndTheQueueGoesOn) {
    add(0);
    take();
    add(1);
    add(2, Seconds{5});
    apply(3, PurgeRecord{});
    EXPECT_EQ(state_.first_live(), std::nullopt);
    add(4);
    advance(Seconds{60});
    EXPECT_THAT(take_numbers(), ElementsAre(4));
}

TEST_F(QueueStateTest, NoMoreThan120000InFlight) {
    for (std::uint64_t offset = 0; offset <= QueueState::kInFlightMax; ++offset) add(offset);
    EXPECT_EQ(take_numbers(QueueState::kInFlightMax + 1).size(), QueueState::kInFlightMax);
    EXPECT_EQ(state_.ready(), 1u);
    EXPECT_FALSE(state_.can_take());
    remove(5);
    EXPECT_THAT(take_numbers(), ElementsAre(QueueState::kInFlightMax));
}

TEST_F(QueueStateTest, AMovedMessageKeepsItsTurn) {
    for (std::uint64_t offset : {0, 1, 2}) add(offset);
    state_.move(MessageNumber{0}, {Offset{3}, kBytes});
    state_.move(MessageNumber{1}, {Offset{4}, kBytes});
    EXPECT_EQ(state_.first_live(), Offset{2});
    EXPECT_EQ(state_.offset_of(MessageNumber{0}), Offset{3});
    const auto taken = take();
    ASSERT_EQ(taken.deliveries.size(), 3u);
    EXPECT_EQ(taken.deliveries[0].message.number, MessageNumber{0});
    EXPECT_EQ(taken.deliveries[0].message.offset, Offset{3});
    EXPECT_EQ(taken.deliveries[1].message.number, MessageNumber{1});
    EXPECT_EQ(taken.deliveries[2].message.number, MessageNumber{2});
}

TEST_F(QueueStateTest, AMoveChangesNothingElse) {
    add(0, Seconds{5});
    add(1);
    const std::uint32_t nonce = take().deliveries.at(0).nonce;
    for (std::uint64_t number : {0, 1}) state_.move(MessageNumber{number}, {Offset{number + 2}, kBytes});
    EXPECT_EQ(state_.delayed(), 1u);
    EXPECT_EQ(state_.in_flight(), 1u);
    advance(Seconds{5});
    EXPECT_THAT(take_numbers(1, Seconds{60}), ElementsAre(0));
    EXPECT_EQ(state_.change_visibility(now(), MessageNumber{1}, nonce, kTimeout), VisibilityChange::kChanged);
    advance(Milliseconds{29'999});
    EXPECT_THAT(take_numbers(), IsEmpty());
    advance(Milliseconds{1});
    EXPECT_EQ(take().deliveries.at(0).receive_count, 2u);
    remove(0);
    EXPECT_FALSE(state_.contains(MessageNumber{0}));
    EXPECT_EQ(state_.first_live(), Offset{3});
}

TEST_F(QueueStateTest, AMoveOfWhatIsGoneIsIgnored) {
    add(0);
    remove(0);
    state_.move(MessageNumber{0}, {Offset{2}, kBytes});
    EXPECT_EQ(state_.first_live(), std::nullopt);
    EXPECT_THAT(take_numbers(), IsEmpty());
}

TEST_F(QueueStateTest, AMovedMessageCanBePurged) {
    add(0);
    state_.move(MessageNumber{0}, {Offset{1}, kBytes});
    apply(2, PurgeRecord{});
    EXPECT_FALSE(state_.contains(MessageNumber{0}));
    state_.hold(MessageNumber{0});
    EXPECT_EQ(state_.first_live(), std::nullopt);
}

TEST_F(QueueStateTest, AnOffsetOfAMovedMessageIsNoMessagesNumber) {
    add(0);
    state_.move(MessageNumber{0}, {Offset{1}, kBytes});
    EXPECT_FALSE(state_.contains(MessageNumber{1}));
    remove(1);
    EXPECT_TRUE(state_.contains(MessageNumber{0}));
}

TEST_F(QueueStateTest, MovedMessagesExpireByTheirOwnAge) {
    state_.set_retention(Seconds{60});
    add(0);
    advance(Seconds{10});
    add(1);
    state_.move(MessageNumber{0}, {Offset{2}, kBytes});
    EXPECT_EQ(state_.next_due(now()), clock_.monotonic() + Seconds{50});
    advance(Seconds{50});
    EXPECT_THAT(state_.expire(now()), ElementsAre(MessageNumber{0}));
    state_.move(MessageNumber{1}, {Offset{3}, kBytes});
    advance(Seconds{10});
    EXPECT_THAT(state_.expire(now()), ElementsAre(MessageNumber{1}));
}

class ReplayTest : public QueueStateTest {
  protected:
    ReceiveState receives(Milliseconds visible_for) const {
        return {.receive_count = 3,
                .nonce = 9,
                .first_received = clock_.now() - Seconds{50},
                .received = clock_.now() - Seconds{10},
                .visible_at = clock_.now() + visible_for};
    }
    MovedRecord moved(Milliseconds visible_for) const {
        return {MessageNumber{4}, receives(visible_for), {.sent = clock_.now() - Seconds{100}}};
    }
};

TEST_F(ReplayTest, AMovedRecordBringsAMessageWhoseFirstEntryIsGone) {
    apply(20, moved(Seconds{5}));
    EXPECT_EQ(state_.in_flight(), 1u);
    EXPECT_EQ(state_.first_live(), Offset{20});
    EXPECT_EQ(state_.receives_of(MessageNumber{4}, now()), receives(Seconds{5}));
    EXPECT_EQ(state_.change_visibility(now(), MessageNumber{4}, 9, Seconds{5}), VisibilityChange::kChanged);
    EXPECT_EQ(state_.change_visibility(now(), MessageNumber{4}, 9, Seconds{43'191}),
              VisibilityChange::kBeyondLimit);
    advance(Seconds{5});
    const Delivery delivery = take().deliveries.at(0);
    EXPECT_EQ(delivery.message.number, MessageNumber{4});
    EXPECT_EQ(delivery.receive_count, 4u);
    EXPECT_EQ(delivery.first_received, clock_.now() - Seconds{55});
}

TEST_F(ReplayTest, AMovedRecordMovesAMessageWhoseFirstEntryIsThere) {
    for (std::uint64_t offset : {4, 5}) add(offset);
    apply(6, moved(Seconds{-10}));
    EXPECT_EQ(state_.first_live(), Offset{5});
    EXPECT_EQ(state_.ready(), 2u);
    const auto taken = take();
    EXPECT_EQ(taken.deliveries.at(0).message.number, MessageNumber{4});
    EXPECT_EQ(taken.deliveries.at(0).receive_count, 4u);
    EXPECT_EQ(taken.deliveries.size(), 2u);
}

TEST_F(ReplayTest, MovedAndNeverReceivedMeansVisibleWhenItsDelayEnds) {
    apply(20, MovedRecord{.message = MessageNumber{4},
                          .receives = {},
                          .content = {.sent = clock_.now(), .delay = Seconds{5}}});
    EXPECT_EQ(state_.delayed(), 1u);
    advance(Seconds{5});
    EXPECT_EQ(take().deliveries.at(0).receive_count, 1u);
}

TEST_F(ReplayTest, AReceiveRecordHidesItsMessagesAndKeepsTheirCounts) {
    for (std::uint64_t offset : {4, 5}) add(offset);
    apply(6, ReceiveRecord{
                 {{MessageNumber{4}, receives(Seconds{5})}, {MessageNumber{7}, receives(Seconds{5})}}});
    EXPECT_EQ(state_.in_flight(), 1u);
    EXPECT_EQ(state_.receives_of(MessageNumber{4}, now()), receives(Seconds{5}));
    EXPECT_THAT(take_numbers(), ElementsAre(5));
    EXPECT_EQ(state_.change_visibility(now(), MessageNumber{4}, 9, Seconds{6}), VisibilityChange::kChanged);
    advance(Seconds{6});
    EXPECT_EQ(take().deliveries.at(0).receive_count, 4u);
}

TEST_F(ReplayTest, TheLatestReceiveRecordCounts) {
    add(4);
    apply(5, ReceiveRecord{{{MessageNumber{4}, receives(Seconds{600})}}});
    apply(6, ReceiveRecord{{{MessageNumber{4}, receives(Seconds{-1})}}});
    EXPECT_EQ(state_.ready(), 1u);
    EXPECT_EQ(take().deliveries.at(0).receive_count, 4u);
    EXPECT_THAT(take_numbers(), IsEmpty()) << "ready once only";
}

TEST_F(ReplayTest, HidesForNoMoreThanTwelveHoursHoweverTheClockWasSet) {
    apply(20, moved(Seconds{1'000'000}));
    EXPECT_EQ(state_.next_due(now()), clock_.monotonic() + Seconds{43'200});
}

TEST_F(QueueStateTest, WhatReceivesMadeOfAMessage) {
    add(0);
    add(1);
    EXPECT_EQ(state_.receives_of(MessageNumber{0}, now()), ReceiveState{});
    const Delivery delivery = take(1).deliveries.at(0);
    ReceiveState expected{.receive_count = 1,
                          .nonce = delivery.nonce,
                          .first_received = clock_.now(),
                          .received = clock_.now(),
                          .visible_at = clock_.now() + kTimeout};
    EXPECT_EQ(state_.receives_of(MessageNumber{0}, now()), expected);
    advance(kTimeout);
    expected.visible_at = expected.received;
    EXPECT_EQ(state_.receives_of(MessageNumber{0}, now()), expected) << "visible again";
    EXPECT_FALSE(state_.is_leaving(MessageNumber{0}));
    state_.hold(MessageNumber{0});
    EXPECT_TRUE(state_.is_leaving(MessageNumber{0}));
    EXPECT_EQ(state_.receives_of(MessageNumber{0}, now()), expected) << "leaving";
    EXPECT_EQ(state_.receives_of(MessageNumber{7}, now()), std::nullopt);
}

TEST_F(QueueStateTest, CountsWhatTheLogHolds) {
    const auto use = [&] {
        const LogUse all = state_.log_use();
        return std::array{all.dead / kCost, all.span / kCost, all.live / kCost};
    };
    EXPECT_THAT(use(), ElementsAre(0, 0, 0));
    for (std::uint64_t offset : {0, 1, 2}) add(offset);
    EXPECT_THAT(use(), ElementsAre(0, 3, 3));
    remove(1, 3);
    EXPECT_THAT(use(), ElementsAre(0, 4, 2));
    remove(0, 4);
    EXPECT_THAT(use(), ElementsAre(2, 3, 1));
    state_.move(MessageNumber{2}, {Offset{5}, kBytes});
    EXPECT_THAT(use(), ElementsAre(5, 1, 1));
    state_.move(MessageNumber{1}, {Offset{6}, kBytes});
    EXPECT_THAT(use(), ElementsAre(5, 2, 1));
    state_.pass({Offset{7}, kBytes});
    EXPECT_THAT(use(), ElementsAre(5, 3, 1));
    apply(8, PurgeRecord{});
    EXPECT_THAT(use(), ElementsAre(9, 0, 0));
}

class SurvivorsTest : public QueueStateTest {
  protected:
    std::vector<std::uint64_t> survivors(std::uint64_t entries, std::uint64_t bytes,
                                         Seconds lifetime = Seconds{10}) {
        std::vector<std::uint64_t> numbers;
        for (const auto& [number, offset] : state_.survivors(entries, bytes, clock_.now() + lifetime))
            numbers.push_back(number.value());
        return numbers;
    }
};

TEST_F(SurvivorsTest, AreTheFirstInTheLogUpToEachLimit) {
    for (std::uint64_t offset : {0, 1, 2, 7}) add(offset);
    remove(0);
    EXPECT_THAT(survivors(100, 100 * kCost), ElementsAre(1, 2, 7));
    EXPECT_THAT(survivors(7, 100 * kCost), ElementsAre(1, 2, 7));
    EXPECT_THAT(survivors(6, 100 * kCost), ElementsAre(1, 2));
    EXPECT_THAT(survivors(100, 2 * kCost), ElementsAre(1, 2));
    EXPECT_THAT(survivors(100, 2 * kCost - 1), ElementsAre(1));
    EXPECT_THAT(survivors(100, 1), ElementsAre(1)) << "at least one, whatever its size";
}

TEST_F(SurvivorsTest, EndBeforeOneThatIsLeaving) {
    for (std::uint64_t offset : {0, 1, 2}) add(offset);
    state_.hold(MessageNumber{1});
    EXPECT_THAT(survivors(100, 100 * kCost), ElementsAre(0));
    state_.hold(MessageNumber{0});
    EXPECT_THAT(survivors(100, 100 * kCost), IsEmpty());
}

TEST_F(SurvivorsTest, AreNoneWhenTheFirstIsAboutToExpire) {
    state_.set_retention(Seconds{60});
    add(0);
    advance(Seconds{50});
    EXPECT_THAT(survivors(100, kCost), ElementsAre(0));
    advance(Milliseconds{1});
    EXPECT_THAT(survivors(100, kCost), IsEmpty());
}

TEST_F(QueueStateTest, TheLogAloneRebuildsIt) {
    add(0);
    add(1);
    remove(0, 2);
    EXPECT_EQ(state_.first_live(), Offset{1});
    apply(3, PurgeRecord{});
    EXPECT_EQ(state_.first_live(), std::nullopt);
}

}  // namespace
}  // namespace millrace::sqs
