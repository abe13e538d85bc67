#include "services/sqs/deduplication.h"

#include <gtest/gtest.h>

namespace millrace::sqs {
namespace {

class DeduplicationTest : public testing::Test {
  protected:
    void remember(std::uint64_t number, const std::string& group, const std::string& id, Seconds at) {
        char uuid[37];
        std::snprintf(uuid, sizeof uuid, "6f1c6f3e-2d3a-4b58-9d6a-%012llu",
                      static_cast<unsigned long long>(number));
        sends_.remember({.message_id = uuid, .sent = start_ + at, .group_id = group, .deduplication_id = id},
                        MessageNumber{number});
    }
    std::optional<std::uint64_t> find(const std::string& group, const std::string& id, Milliseconds at) {
        const auto sent = sends_.find(sends_.key_of(group, id), start_ + at);
        return sent ? std::optional(sent->number.value()) : std::nullopt;
    }

    WallTime start_ = from_millis(1'700'000'000'000);
    Deduplication sends_;
};

TEST_F(DeduplicationTest, FindsTheFirstSendForFiveMinutes) {
    remember(7, "a", "x", Seconds{0});
    EXPECT_EQ(find("a", "x", Milliseconds{299'999}), 7u);
    EXPECT_EQ(find("b", "x", Seconds{0}), 7u) << "in the whole queue";
    EXPECT_EQ(find("a", "x", Seconds{300}), std::nullopt);
    EXPECT_EQ(find("a", "y", Seconds{0}), std::nullopt);
    EXPECT_EQ(sends_.find(sends_.key_of("a", "x"), start_)->message_id,
              "6f1c6f3e-2d3a-4b58-9d6a-000000000007");
}

TEST_F(DeduplicationTest, InTheScopeOfAGroup) {
    sends_.set_scope(DeduplicationScope::kMessageGroup);
    remember(1, "a", "x", Seconds{0});
    EXPECT_EQ(find("b", "x", Seconds{0}), std::nullopt);
    remember(2, "b", "x", Seconds{1});
    EXPECT_EQ(find("a", "x", Seconds{1}), 1u);
    EXPECT_EQ(find("b", "x", Seconds{1}), 2u);
    EXPECT_EQ(find("x", "a", Seconds{1}), std::nullopt);
    sends_.set_scope(DeduplicationScope::kQueue);
    EXPECT_EQ(find("c", "x", Seconds{1}), 1u) << "also what was sent before";
}

TEST_F(DeduplicationTest, ASendAfterTheWindowBeginsAnother) {
    remember(1, "a", "x", Seconds{0});
    remember(2, "a", "x", Seconds{300});
    EXPECT_EQ(find("a", "x", Milliseconds{599'999}), 2u);
    sends_.forget_before(start_ + Seconds{300});
    EXPECT_EQ(find("a", "x", Milliseconds{599'999}), 2u);
    EXPECT_EQ(sends_.oldest()->number, MessageNumber{2});
    EXPECT_EQ(sends_.oldest()->until, start_ + Seconds{600});
    sends_.forget_before(start_ + Seconds{600});
    EXPECT_FALSE(sends_.oldest());
}

TEST_F(DeduplicationTest, SequenceNumbersHaveTwentyDigitsAndIncrease) {
    EXPECT_EQ(sequence_number(MessageNumber{0}), "18000000000000000000");
    EXPECT_LT(sequence_number(MessageNumber{9}), sequence_number(MessageNumber{10}));
}

}  // namespace
}  // namespace millrace::sqs
