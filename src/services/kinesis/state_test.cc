#include "services/kinesis/state.h"

#include <gtest/gtest.h>

#include "services/kinesis/limits.h"

namespace millrace::kinesis {
namespace {

const aws::Scope kScope{.account = "000000000000", .region = "us-east-1"};
const aws::Scope kOther{.account = "111111111111", .region = "us-east-1"};
const WallTime kNow = from_millis(1'790'000'000'000);

class StateTest : public testing::Test {
  protected:
    aws::Outcome<const Stream*> begin_create(const std::string& name, StreamOptions options = {},
                                             const aws::Scope& scope = kScope) {
        return state_.begin_create(scope, name, std::move(options), kNow,
                                   [this] { return storage::LogId{++logs_}; });
    }
    const Stream& create(const std::string& name, StreamOptions options = {}) {
        const auto stream = begin_create(name, std::move(options));
        EXPECT_TRUE(stream);
        state_.finish_create(ref_to(**stream), true);
        return **stream;
    }
    [[nodiscard]] StreamStatus status(const std::string& name) const {
        return state_.find(kScope, name)->status;
    }

    State state_;
    std::uint64_t logs_ = 0;
};

ChangeOptions set_tag(const std::string& key) {
    return [key](StreamOptions& options) -> aws::Outcome<void> {
        options.tags[key] = "x";
        return {};
    };
}

TEST_F(StateTest, AStreamIsCreatingUntilItsCommit) {
    const auto stream = begin_create("a", {.shard_count = 2});
    ASSERT_TRUE(stream);
    EXPECT_EQ(status("a"), StreamStatus::kCreating);
    ASSERT_EQ((*stream)->shards.open_count(), 2U);
    EXPECT_NE((*stream)->shards.find(0)->log, (*stream)->shards.find(1)->log);
    state_.finish_create(ref_to(**stream), true);
    EXPECT_EQ(status("a"), StreamStatus::kActive);
}

TEST_F(StateTest, ANameIsTakenFromTheFirstCreateOn) {
    const auto first = begin_create("a");
    const auto second = begin_create("a");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, "ResourceInUseException");
    EXPECT_EQ(second.error().message, "Stream a under account 000000000000 already exists.");
    EXPECT_TRUE(begin_create("a", {}, kOther)) << "another account's stream";
    state_.finish_create(ref_to(**first), false);
    EXPECT_EQ(state_.find(kScope, "a"), nullptr) << "a refused commit leaves nothing";
    EXPECT_TRUE(begin_create("a"));
}

TEST_F(StateTest, DeletionShowsUntilItsCommit) {
    create("a");
    const auto deleted = state_.begin_delete(kScope, "a");
    ASSERT_TRUE(deleted);
    EXPECT_EQ(status("a"), StreamStatus::kDeleting);
    EXPECT_EQ(state_.begin_delete(kScope, "a").error().message,
              "Stream a under account 000000000000 not ACTIVE, instead in state DELETING");
    EXPECT_EQ(begin_create("a").error().code, "ResourceInUseException");
    state_.finish_delete(ref_to(**deleted), false);
    EXPECT_EQ(status("a"), StreamStatus::kActive);
    state_.finish_delete(ref_to(**state_.begin_delete(kScope, "a")), true);
    EXPECT_EQ(state_.find(kScope, "a"), nullptr);
}

TEST_F(StateTest, UnknownStreams) {
    EXPECT_EQ(state_.begin_delete(kScope, "a").error().message,
              "Stream a under account 000000000000 not found.");
    EXPECT_EQ(state_.begin_change(kScope, "a", set_tag("k")).error().code, "ResourceNotFoundException");
    EXPECT_TRUE(state_.list(kScope).empty());
}

TEST_F(StateTest, ChangesBuildOnThoseNotYetCommitted) {
    create("a");
    const auto first = state_.begin_change(kScope, "a", set_tag("1"));
    const auto second = state_.begin_change(kScope, "a", set_tag("2"));
    ASSERT_TRUE(first && second);
    EXPECT_TRUE(state_.find(kScope, "a")->options.tags.empty()) << "seen only when committed";
    state_.finish_change(*first, true);
    EXPECT_EQ(state_.find(kScope, "a")->options.tags.size(), 1U);
    state_.finish_change(*second, true);
    EXPECT_EQ(state_.find(kScope, "a")->options.tags, (Tags{{"1", "x"}, {"2", "x"}}));
}

TEST_F(StateTest, ARefusedChangeLeavesNothing) {
    create("a");
    state_.finish_change(*state_.begin_change(kScope, "a", set_tag("1")), false);
    state_.finish_change(*state_.begin_change(kScope, "a", set_tag("2")), true);
    EXPECT_EQ(state_.find(kScope, "a")->options.tags, (Tags{{"2", "x"}}));
}

TEST_F(StateTest, WhatBeganBeforeADeletionDoesNotTouchTheNextStream) {
    create("a");
    const auto change = state_.begin_change(kScope, "a", set_tag("1"));
    state_.finish_delete(ref_to(**state_.begin_delete(kScope, "a")), true);
    create("a");
    state_.finish_change(*change, true);
    EXPECT_TRUE(state_.find(kScope, "a")->options.tags.empty());
}

TEST_F(StateTest, QuotasHoldExactly) {
    create("big", {.shard_count = static_cast<std::int32_t>(kShardsMax) - 1});
    create("last");
    EXPECT_EQ(state_.usage(kScope).open_shards, kShardsMax);
    const auto refused = begin_create("more");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "LimitExceededException");
    EXPECT_TRUE(
        refused.error().message.starts_with("This request would exceed the shard limit for the account "
                                            "000000000000 in us-east-1. Current shard count for "
                                            "the account: 20000. Limit: 20000. Number of additional shards "
                                            "that would have resulted from this request: 1."))
        << refused.error().message;
    for (std::size_t i = 0; i < kOnDemandStreamsMax; ++i) {
        create("d" + std::to_string(i), {.on_demand = true, .shard_count = kOnDemandShards});
    }
    EXPECT_EQ(begin_create("one-more", {.on_demand = true}).error().code, "LimitExceededException");
}

TEST_F(StateTest, ListsByNameWithinOneScope) {
    for (const char* name : {"c", "a", "b"}) create(name);
    EXPECT_TRUE(begin_create("z", {}, kOther));
    std::string names;
    for (const Stream* stream : state_.list(kScope)) names += stream->name;
    EXPECT_EQ(names, "abc");
    EXPECT_EQ(state_.list(kScope, "a").size(), 2U);
    EXPECT_EQ(state_.all().size(), 4U);
}

}  // namespace
}  // namespace millrace::kinesis
