#include "services/kinesis/throttle.h"

#include <gtest/gtest.h>

#include "base/units.h"

namespace millrace::kinesis {
namespace {

constexpr storage::LogId kShard{1};
constexpr storage::LogId kOther{2};

class ThrottleTest : public testing::Test {
  protected:
    /// How many of `most` records are taken at this moment.
    std::size_t take(std::size_t most, std::size_t bytes) {
        std::size_t taken = 0;
        while (taken < most && throttle_.admit_record(kShard, bytes)) ++taken;
        return taken;
    }

    ManualClock clock_;
    Throttle throttle_{clock_};
};

TEST_F(ThrottleTest, AShardTakesAMebibyteASecond) {
    EXPECT_EQ(take(2'000, 2_KiB), 512U);
    EXPECT_TRUE(throttle_.admit_record(kOther, 2_KiB));
    clock_.advance(Milliseconds{250});
    EXPECT_EQ(take(2'000, 2_KiB), 128U);
    clock_.advance(Milliseconds{60'000});
    EXPECT_EQ(take(2'000, 1_MiB), 1U) << "no more than a second's worth is saved";
    EXPECT_FALSE(throttle_.admit_record(kShard, 1));
}

TEST_F(ThrottleTest, AShardTakesAThousandRecordsASecond) {
    EXPECT_EQ(take(2'000, 1), kShardRecordsPerSecond);
    clock_.advance(Milliseconds{1});
    EXPECT_EQ(take(2'000, 1), 1U);
}

TEST_F(ThrottleTest, WhatIsRefusedCostsNothing) {
    EXPECT_EQ(take(1, 1_MiB - 10), 1U);
    EXPECT_FALSE(throttle_.admit_record(kShard, 11));
    EXPECT_TRUE(throttle_.admit_record(kShard, 10));
}

TEST_F(ThrottleTest, LargeRecordsEmptyATankOfTenMebibytes) {
    EXPECT_TRUE(throttle_.admit_record(kShard, 10_MiB));
    EXPECT_FALSE(throttle_.admit_record(kShard, 1)) << "nothing is left for small ones";
    clock_.advance(Milliseconds{500});
    EXPECT_EQ(take(2'000, 512_KiB), 1U) << "they go on with what comes in";
    clock_.advance(Milliseconds{2'000});
    EXPECT_TRUE(throttle_.admit_record(kShard, 2_MiB));
    EXPECT_FALSE(throttle_.admit_record(kShard, kLargeRecordBytes + 1));
    clock_.advance(Milliseconds{9'999});
    EXPECT_FALSE(throttle_.admit_record(kShard, 10_MiB));
    clock_.advance(Milliseconds{1});
    EXPECT_TRUE(throttle_.admit_record(kShard, 10_MiB));
}

TEST_F(ThrottleTest, FiveReadsASecond) {
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(throttle_.admit_read(kShard)) << i;
    EXPECT_FALSE(throttle_.admit_read(kShard));
    EXPECT_TRUE(throttle_.admit_read(kOther));
    clock_.advance(Milliseconds{199});
    EXPECT_FALSE(throttle_.admit_read(kShard));
    clock_.advance(Milliseconds{1});
    EXPECT_TRUE(throttle_.admit_read(kShard));
    EXPECT_FALSE(throttle_.admit_read(kShard));
}

TEST_F(ThrottleTest, TwoMebibytesAreReadASecond) {
    throttle_.count_read(kShard, 2_MiB - 1);
    EXPECT_TRUE(throttle_.admit_read(kShard));
    throttle_.count_read(kShard, 1);
    EXPECT_FALSE(throttle_.admit_read(kShard));
    clock_.advance(Milliseconds{1});
    EXPECT_TRUE(throttle_.admit_read(kShard));
}

TEST_F(ThrottleTest, WhoReadsTenMebibytesWaitsFiveSeconds) {
    throttle_.count_read(kShard, 10_MiB);
    clock_.advance(Milliseconds{4'999});
    EXPECT_FALSE(throttle_.admit_read(kShard));
    clock_.advance(Milliseconds{1});
    EXPECT_TRUE(throttle_.admit_read(kShard));
}

TEST_F(ThrottleTest, CallsAreCountedByAccountAndRegionOrByStream) {
    const aws::Scope scope{.account = "1", .region = "r"};
    const CallRate& of_account = *find_call_rate("DescribeStream");
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(throttle_.admit_call(of_account, scope, i % 2 == 0 ? "a" : "b"));
    EXPECT_EQ(throttle_.admit_call(of_account, scope, "a").error().message,
              "Rate exceeded for stream a under account 1.");
    EXPECT_TRUE(throttle_.admit_call(of_account, {.account = "2", .region = "r"}, "a"));
    EXPECT_TRUE(throttle_.admit_call(of_account, {.account = "1", .region = "s"}, "a"));
    const CallRate& of_stream = *find_call_rate("ListStreamConsumers");
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(throttle_.admit_call(of_stream, scope, "a"));
    EXPECT_FALSE(throttle_.admit_call(of_stream, scope, "a"));
    EXPECT_TRUE(throttle_.admit_call(of_stream, scope, "b"));
    EXPECT_EQ(find_call_rate("PutRecord"), nullptr);
}

TEST_F(ThrottleTest, ForgetsWhatIsLongAgo) {
    for (std::uint64_t i = 0; i < 5'000; ++i) {
        EXPECT_TRUE(throttle_.admit_record(storage::LogId{i}, 1_MiB));
        if (i > 0) EXPECT_FALSE(throttle_.admit_record(storage::LogId{i - 1}, 1_MiB)) << "but not sooner";
        clock_.advance(Milliseconds{1});
    }
    EXPECT_LT(throttle_.tracked_shards(), 3'000U);
}

}  // namespace
}  // namespace millrace::kinesis
