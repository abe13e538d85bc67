#include "services/kinesis/account_settings.h"

#include <gtest/gtest.h>

namespace millrace::kinesis {
namespace {

const WallTime kStart = from_millis(1'000'000'000'000);
const WallTime kSoon = kStart + Milliseconds{1000};
const WallTime kEarliest = kStart + kCommitmentMin;
const WallTime kLater = kEarliest + Milliseconds{1000};

TEST(Commitment, LastsUntilSomebodyEndsIt) {
    EXPECT_EQ(status_of(std::nullopt, kStart), "DISABLED");
    EXPECT_EQ(changed(std::nullopt, false, kStart), std::nullopt);
    const auto enabled = changed(std::nullopt, true, kStart);
    EXPECT_EQ(enabled, Commitment{.started = kStart});
    EXPECT_EQ(status_of(enabled, kLater), "ENABLED");
    EXPECT_EQ(changed(enabled, true, kLater), enabled);
    const auto ended = changed(enabled, false, kLater);
    EXPECT_EQ(ended, (Commitment{.started = kStart, .end = kLater}));
    EXPECT_EQ(status_of(ended, kLater), "DISABLED");
    EXPECT_EQ(changed(ended, false, kLater), ended);
    EXPECT_EQ(changed(ended, true, kLater), Commitment{.started = kLater});
}

TEST(Commitment, CannotEndWithin24Hours) {
    const auto enabled = changed(std::nullopt, true, kStart);
    const auto ending = changed(enabled, false, kSoon);
    EXPECT_EQ(ending, (Commitment{.started = kStart, .end = kEarliest}));
    EXPECT_EQ(status_of(ending, kEarliest - Milliseconds{1}), "ENABLED_UNTIL_EARLIEST_ALLOWED_END");
    EXPECT_EQ(status_of(ending, kEarliest), "DISABLED");
    EXPECT_EQ(changed(ending, false, kSoon), ending);
    EXPECT_EQ(changed(ending, true, kSoon), enabled) << "the end is taken back";
    EXPECT_EQ(changed(enabled, false, kEarliest), (Commitment{.started = kStart, .end = kEarliest}));
}

}  // namespace
}  // namespace millrace::kinesis
