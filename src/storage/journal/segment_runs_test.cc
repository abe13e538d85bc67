#include "storage/journal/segment_runs.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace millrace::storage {
namespace {

class SegmentRunsTest : public testing::Test {
  protected:
    /// The log's next entry, to both.
    void add(LogId log, std::uint32_t bytes) {
        Offset& end = ends_[log];
        const WallTime time = from_millis(static_cast<std::int64_t>(position_));
        runs_.add(log, end, time, position_, bytes);
        add_to_runs(index_[log], end, time, position_, bytes);
        end = Offset{end.value() + 1};
        position_ += bytes;
    }

    SegmentRuns runs_;
    SegmentIndex index_;
    std::map<LogId, Offset> ends_;
    std::uint32_t position_ = 24;
};

TEST_F(SegmentRunsTest, SaysTheSameAsASegmentIndex) {
    SeededRandom random{1};
    EXPECT_EQ(runs_.encode(), encode(index_));
    for (int i = 0; i < 5000; ++i) {
        add(LogId{random.next() % (i < 2000 ? 3 : 200)}, 40 + random.next() % 3000);
        if (i % 500 == 0) {
            const LogId removed{random.next() % 5};
            runs_.erase(removed);
            index_.erase(removed);
        }
    }
    EXPECT_EQ(runs_.encode(), encode(index_));
    const SegmentRuns recovered{index_};
    EXPECT_EQ(recovered.encode(), encode(index_));
}

TEST_F(SegmentRunsTest, FindsRunsByOffsetAndByTime) {
    SeededRandom random{2};
    for (int i = 0; i < 1000; ++i) add(LogId{random.next() % 3}, 40 + random.next() % 3000);
    for (const auto& [log, all] : index_) {
        EXPECT_EQ(runs_.end(log), ends_[log]);
        for (std::uint64_t from = 0; from <= ends_[log].value(); ++from) {
            std::vector<storage::Run> expected = all;
            std::erase_if(expected, [&](const storage::Run& run) { return run.end() <= Offset{from}; });
            std::vector<storage::Run> found(1);
            runs_.get(log, Offset{from}, found);
            EXPECT_EQ(found, expected) << from;
        }
        EXPECT_EQ(runs_.last_run_before(log, all.front().first_time), std::nullopt);
        for (std::size_t i = 1; i < all.size(); ++i) {
            EXPECT_EQ(runs_.last_run_before(log, all[i].first_time), all[i - 1]);
            EXPECT_EQ(runs_.last_run_before(log, all[i].first_time + Milliseconds{1}), all[i]);
        }
    }
    EXPECT_EQ(runs_.end(LogId{9}), std::nullopt);
    EXPECT_EQ(runs_.last_run_before(LogId{9}, from_millis(1'000'000'000)), std::nullopt);
}

TEST_F(SegmentRunsTest, SaysWhichEntryIsTheFirstOfItsLog) {
    EXPECT_TRUE(runs_.add(LogId{1}, Offset{7}, {}, 24, 100));
    EXPECT_FALSE(runs_.add(LogId{1}, Offset{8}, {}, 124, 100));
    EXPECT_FALSE(runs_.add(LogId{1}, Offset{9}, {}, 200'000, 100)) << "in a run of its own";
    runs_.erase(LogId{1});
    EXPECT_TRUE(runs_.add(LogId{1}, Offset{0}, {}, 200'100, 100));
}

TEST_F(SegmentRunsTest, ALogThatBeginsAnewHasOnlyItsNewRuns) {
    add(LogId{1}, 100);
    runs_.erase(LogId{1});
    index_.erase(LogId{1});
    ends_.clear();
    add(LogId{1}, 100);
    EXPECT_EQ(runs_.encode(), encode(index_));
}

TEST_F(SegmentRunsTest, GoesOnWhereRecoveryFoundIt) {
    add(LogId{1}, 100);
    runs_ = SegmentRuns{index_};
    add(LogId{1}, 100);
    EXPECT_EQ(runs_.encode(), encode(index_));
    EXPECT_EQ(index_.at(LogId{1}).size(), 1u);
}

}  // namespace
}  // namespace millrace::storage
