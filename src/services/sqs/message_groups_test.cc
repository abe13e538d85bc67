#include "services/sqs/message_groups.h"

#include <gtest/gtest.h>

namespace millrace::sqs {
namespace {

class MessageGroupsTest : public testing::Test {
  protected:
    MessageGroups::Index add(MessageGroups& groups, const std::string& id, std::uint64_t number) {
        const auto group = groups.join(id);
        groups.line_up(group, MessageNumber{number});
        groups.vacate(group);
        return group;
    }
    /// Hands out the next message.
    std::uint64_t take(MessageGroups& groups) {
        const auto group = groups.next();
        const auto number = groups.take_first(group);
        groups.occupy(group);
        return number.value();
    }

    MessageGroups fair_{false};
    MessageGroups fifo_{true};
};

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
    for (int i = 0; i < 300; ++i) others.push_back(fair_.join("other" + std::to_string(i)));
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

TEST_F(MessageGroupsTest, AFifoGroupIsLockedWhileOneOfItsMessagesIsBusy) {
    const auto a = add(fifo_, "a", 0);
    add(fifo_, "a", 1);
    add(fifo_, "b", 2);
    EXPECT_EQ(take(fifo_), 0u);
    EXPECT_EQ(take(fifo_), 2u);
    EXPECT_FALSE(fifo_.any());
    EXPECT_EQ(fifo_.first(a), MessageNumber{1}) << "for the receive that locked it";
    fifo_.vacate(a);
    EXPECT_EQ(take(fifo_), 1u);
}

TEST_F(MessageGroupsTest, ADelayedMessageHoldsUpItsFifoGroup) {
    const auto group = fifo_.join("a");
    fifo_.delay(group, MessageNumber{0});
    fifo_.vacate(group);
    add(fifo_, "a", 1);
    EXPECT_FALSE(fifo_.any());
    fifo_.line_up(group, MessageNumber{0});
    fifo_.end_delay(group, MessageNumber{0});
    EXPECT_EQ(take(fifo_), 0u);
}

TEST_F(MessageGroupsTest, AGroupWithoutMessagesIsForgotten) {
    const auto first = add(fifo_, "a", 0);
    take(fifo_);
    fifo_.leave(first);
    EXPECT_EQ(fifo_.join("b"), first) << "its place is free";
    EXPECT_NE(fifo_.join("a"), first);
}

}  // namespace
}  // namespace millrace::sqs
