#include "services/kinesis/reshard.h"

#include <gtest/gtest.h>

namespace millrace::kinesis {
namespace {

const WallTime kCreated = from_millis(1'790'000'000'000);
const WallTime kNow = kCreated + Seconds{60};

class ReshardTest : public testing::Test {
  protected:
    void open_evenly(std::size_t count) {
        for (const HashKeyRange& range : split_evenly(count)) {
            shards_.put(
                {.index = shards_.next_index(), .log = new_log(), .created = kCreated, .range = range});
        }
    }
    storage::LogId new_log() { return storage::LogId{++logs_}; }
    Reshard begin(WallTime now = kNow) {
        return {shards_, now, [this] { return new_log(); }};
    }
    void apply(const Reshard& reshard) {
        for (const auto& [index, shard] : reshard.touched()) shards_.put(shard);
        EXPECT_TRUE(covers_all_keys(shards_));
    }
    void scale(std::size_t target) {
        Reshard reshard = begin();
        reshard.scale_uniformly(target);
        apply(reshard);
        EXPECT_EQ(shards_.open_count(), target);
    }

    Shards shards_;
    std::uint64_t logs_ = 0;
};

TEST_F(ReshardTest, ASplitClosesTheParentAndOpensTwo) {
    open_evenly(1);
    Reshard reshard = begin();
    reshard.split(0, 100);
    EXPECT_TRUE(shards_.find(0)->open()) << "nothing happens before it is applied";
    apply(reshard);
    ASSERT_EQ(shards_.by_index().size(), 3U);
    EXPECT_EQ(shards_.find(0)->closed, (Shard::Closing{.at = kNow, .first_child = 1}));
    EXPECT_EQ(shards_.find(1)->range, (HashKeyRange{0, 99}));
    EXPECT_EQ(shards_.find(2)->range, (HashKeyRange{100, kHashKeyMax}));
    for (const Shard* child : shards_.children_of(*shards_.find(0))) {
        EXPECT_EQ(child->parent, 0U);
        EXPECT_EQ(child->adjacent_parent, std::nullopt);
        EXPECT_EQ(child->created, kNow);
        EXPECT_GT(starting_sequence_number(*child),
                  sequence_number(*shards_.find(0), storage::Offset{1'000'000}));
    }
    EXPECT_EQ(shards_.children_of(*shards_.find(0)).size(), 2U);
    EXPECT_NE(shards_.find(1)->log, shards_.find(2)->log);
}

TEST_F(ReshardTest, AMergeClosesBothParents) {
    open_evenly(2);
    Reshard reshard = begin();
    reshard.merge(0, 1);
    apply(reshard);
    const Shard& child = *shards_.find(2);
    EXPECT_EQ(child.range, (HashKeyRange{0, kHashKeyMax}));
    EXPECT_EQ(child.parent, 0U);
    EXPECT_EQ(child.adjacent_parent, 1U);
    for (const std::uint32_t parent : {0U, 1U}) {
        EXPECT_EQ(shards_.children_of(*shards_.find(parent)), std::vector{&child});
    }
    EXPECT_EQ(shards_.open_count(), 1U);
}

TEST_F(ReshardTest, AClockSetBackPutsNoChildBeforeItsParent) {
    open_evenly(1);
    Reshard reshard = begin(kCreated - Seconds{10});
    reshard.split(0, 100);
    EXPECT_EQ(reshard.shard(1).created, kCreated);
    EXPECT_GT(starting_sequence_number(reshard.shard(1)), starting_sequence_number(*shards_.find(0)));
}

TEST_F(ReshardTest, DoublingSplitsEachShardOnce) {
    for (const std::size_t count : {1U, 3U, 7U, 100U}) {
        shards_ = {};
        open_evenly(count);
        scale(2 * count);
        EXPECT_EQ(shards_.by_index().size(), 3 * count) << "no shards in between";
        scale(count);
        EXPECT_EQ(shards_.by_index().size(), 4 * count);
        shards_ = {};
        open_evenly(2 * count);
        scale(count);
        EXPECT_EQ(shards_.by_index().size(), 3 * count) << "each second border stays, rounded as it is";
    }
}

TEST_F(ReshardTest, OtherTargetsPassThroughShortLivedShards) {
    open_evenly(2);
    scale(3);
    // Both are split at a border of thirds; the two inner pieces are merged.
    ASSERT_EQ(shards_.by_index().size(), 7U);
    const Shard& merged = *shards_.find(6);
    EXPECT_EQ(merged.range, split_evenly(3)[1]);
    const Shard& piece = *shards_.find(*merged.parent);
    EXPECT_EQ(piece.created, piece.closed->at);
    EXPECT_EQ(piece.parent, 0U);
}

TEST_F(ReshardTest, ScalingToWhatIsThereTouchesNothing) {
    open_evenly(5);
    Reshard reshard = begin();
    reshard.scale_uniformly(5);
    EXPECT_TRUE(reshard.touched().empty());
}

TEST_F(ReshardTest, ScalingEvensOut) {
    open_evenly(1);
    Reshard reshard = begin();
    reshard.split(0, 100);
    apply(reshard);
    scale(2);
    std::vector<HashKeyRange> open;
    for (const auto& [index, shard] : shards_.by_index()) {
        if (shard.open()) open.push_back(shard.range);
    }
    std::sort(open.begin(), open.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    EXPECT_EQ(open, split_evenly(2));
}

}  // namespace
}  // namespace millrace::kinesis
