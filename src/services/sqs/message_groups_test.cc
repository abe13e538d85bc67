#include "services/sqs/message_groups.h"

#include <gtest/gtest.h>

namespace millrace::sqs {
namespace {

class MessageGroupsTest : public testing::Test {
  protected:
    MessageGroups::Index add(MessageGroups& groups, const std::string& id, std::uint64_t number) {
        const auto group = groups.join(id, MessageNumber{number});
        groups.line_up(group, MessageNumber{number});
        groups.vacate(group, MessageNumber{number});
        return group;
    }
    /// Hands out the next message.
    std::uint64_t take(MessageGroups& groups) {
        const auto group = groups.next();
        const auto number = groups.take_first(group);
        groups.occupy(group, number);
        return number.value();
    }

    MessageGroups fair_{false};
    MessageGroups fifo_{true};
};

TEST_F(MessageGroupsTest, AFifoGroupThatCameBackGoesBehindThoseThatWait) {
    const auto first = add(fifo_, "first", 0);
    add(fifo_, "second", 1);
    const auto come_back = [&](MessageGroups::Index group, std::uint64_t number) {
        fifo_.come_back(group, MessageNumber{number});
        fifo_.vacate(group, MessageNumber{number});
    };
    EXPECT_EQ(take(fifo_), 0u);
    come_back(first, 0);
    add(fifo_, "later", 2);
    EXPECT_EQ(take(fifo_), 1u);
    EXPECT_EQ(take(fifo_), 0u) << "but before what was sent since";
    come_back(first, 0);
    EXPECT_EQ(take(fifo_), 2u);
    EXPECT_EQ(take(fifo_), 0u);
}

TEST_F(MessageGroupsTest, WithoutGroupsTheOldestGoesFirst) {
    for (const std::uint64_t number : {3, 1, 2}) add(fair_, "", number);
    EXPECT_EQ(take(fair_), 1u);
    EXPECT_EQ(take(fair_), 2u);
    EXPECT_EQ(take(fair_), 3u);
    EXPECT_FALSE(fair_.any());
}

TEST_F(MessageGroupsTest, GroupsTakeTurnsWhateverTheirBacklog) {
    for (std::uint64_t number = 0; number < 1'000; ++number) add(fair_, "noisy", number);
    EXPECT_EQ(take(fair_), 0u);
    add(fair_, "quiet", 1'000);
    add(fair_, "", 1'001);
    EXPECT_EQ(take(fair_), 1u);
    EXPECT_EQ(take(fair_), 1'000u);
    EXPECT_EQ(take(fair_), 1'001u);
    EXPECT_EQ(take(fair_), 2u);
}

TEST_F(MessageGroupsTest, ANoisyGroupComesAfterAllOthers) {
    for (std::uint64_t number = 0; number < 100; ++number) add(fair_, "noisy", number);
    for (std::size_t i = 0; i < MessageGroups::kNoisyInFlight; ++i) take(fair_);
    for (std::uint64_t number = 100; number < 110; ++number) add(fair_, "quiet", number);
    for (std::uint64_t number = 100; number < 110; ++number) EXPECT_EQ(take(fair_), number);
    EXPECT_EQ(take(fair_), MessageGroups::kNoisyInFlight);
}

TEST_F(MessageGroupsTest, OneInFlightFewerIsNotNoisy) {
    for (std::uint64_t number = 0; number < 100; ++number) add(fair_, "busy", number);
    for (std::size_t i = 0; i + 1 < MessageGroups::kNoisyInFlight; ++i) take(fair_);
    add(fair_, "quiet", 100);
    add(fair_, "quiet", 101);
    EXPECT_EQ(take(fair_), MessageGroups::kNoisyInFlight - 1);
    EXPECT_EQ(take(fair_), 100u);
}

TEST_F(MessageGroupsTest, NorIsOneWithATenthOfAllInFlight) {
    for (std::uint64_t number = 0; number < 31; ++number) add(fair_, "busy", number);
    std::vector<MessageGroups::Index> others;
    for (int i = 0; i < 300; ++i)
        others.push_back(fair_.join("other" + std::to_string(i), MessageNumber{31}));
    for (std::size_t i = 0; i < 30; ++i) take(fair_);
    add(fair_, "quiet", 100);
    add(fair_, "quiet", 101);
    EXPECT_EQ(take(fair_), 30u) << "30 of 330";
}

TEST_F(MessageGroupsTest, AmongNoisyGroupsTheOneWithTheFewestInFlightGoesFirst) {
    for (std::uint64_t number = 0; number < 100; ++number) add(fair_, "a", number);
    for (int i = 0; i < 40; ++i) take(fair_);
    for (std::uint64_t number = 100; number < 200; ++number) add(fair_, "b", number);
    for (int i = 0; i < 40; ++i) EXPECT_GE(take(fair_), 100u);
}

TEST_F(MessageGroupsTest, MessagesWithoutAGroupAreNeverNoisy) {
    for (std::uint64_t number = 0; number < 100; ++number) add(fair_, "", number);
    for (int i = 0; i < 50; ++i) take(fair_);
    add(fair_, "quiet", 100);
    add(fair_, "quiet", 101);
    EXPECT_EQ(take(fair_), 50u);
    EXPECT_EQ(take(fair_), 100u);
    EXPECT_EQ(take(fair_), 51u);
}

TEST_F(MessageGroupsTest, AFifoGroupIsLockedBehindABusyMessage) {
    const auto a = add(fifo_, "a", 0);
    add(fifo_, "a", 1);
    add(fifo_, "b", 2);
    const MessageNumber end = fifo_.held_from(a);
    EXPECT_EQ(take(fifo_), 0u);
    EXPECT_EQ(take(fifo_), 2u);
    EXPECT_FALSE(fifo_.any());
    EXPECT_EQ(fifo_.first_before(a, end), MessageNumber{1}) << "for the receive that locked it";
    fifo_.vacate(a, MessageNumber{0});
    EXPECT_EQ(take(fifo_), 1u);
}

TEST_F(MessageGroupsTest, NotBeforeIt) {
    const auto a = add(fifo_, "a", 0);
    add(fifo_, "a", 1);
    add(fifo_, "a", 2);
    const MessageNumber end = fifo_.held_from(a);
    for (int i = 0; i < 2; ++i) {
        fifo_.occupy(a, fifo_.take_first(a));
        EXPECT_TRUE(fifo_.first_before(a, end));
    }
    EXPECT_FALSE(fifo_.any());
    fifo_.line_up(a, MessageNumber{0});
    fifo_.vacate(a, MessageNumber{0});
    EXPECT_EQ(fifo_.held_from(a), MessageNumber{1});
    EXPECT_EQ(take(fifo_), 0u);
    EXPECT_FALSE(fifo_.any()) << "1 is busy";
}

TEST_F(MessageGroupsTest, TheFifoGroupWithTheOldestMessageGoesFirstHoweverManyFollow) {
    const auto a = add(fifo_, "a", 0);
    add(fifo_, "b", 1);
    add(fifo_, "a", 2);
    add(fifo_, "c", 3);
    EXPECT_EQ(take(fifo_), 0u);
    add(fifo_, "a", 4);
    EXPECT_EQ(take(fifo_), 1u);
    fifo_.vacate(a, MessageNumber{0});
    EXPECT_EQ(take(fifo_), 2u) << "not behind c, though c has waited for a turn";
    EXPECT_EQ(take(fifo_), 3u);
}

TEST_F(MessageGroupsTest, ADelayedMessageHoldsUpItsFifoGroup) {
    const auto group = fifo_.join("a", MessageNumber{0});
    fifo_.vacate(group, MessageNumber{0});
    fifo_.delay(group, MessageNumber{0});
    add(fifo_, "a", 1);
    EXPECT_FALSE(fifo_.any());
    fifo_.line_up(group, MessageNumber{0});
    fifo_.end_delay(group, MessageNumber{0});
    EXPECT_EQ(take(fifo_), 0u);
}

TEST_F(MessageGroupsTest, AGroupWithoutMessagesIsForgotten) {
    const auto first = add(fifo_, "a", 0);
    take(fifo_);
    fifo_.leave(first, MessageNumber{0});
    EXPECT_EQ(fifo_.join("b", MessageNumber{1}), first) << "its place is free";
    EXPECT_NE(fifo_.join("a", MessageNumber{2}), first);
}

}  // namespace
}  // namespace millrace::sqs
