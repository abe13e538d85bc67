#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <set>

#include "base/manual_executor.h"
#include "services/lambda/mappings/shard_reader.h"
#include "services/lambda/testing/memory_source.h"

namespace millrace::lambda {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

constexpr const char* kStream = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
constexpr const char* kShard = "shardId-000000000000";

// A shard whose records are named by their number; the test answers batches in any order, and may crash.
class LanesTest : public ::testing::Test, public ShardReaderHost {
  protected:
    struct Running {
        std::vector<std::uint64_t> records;
        Answered answered;
    };

    LanesTest() { source_.add_shard(kStream, kShard); }

    void begin(BatchSettings settings) {
        reader_ = std::make_unique<ShardReader>(kShard, Checkpoint{ports::Cursor{committed}, 1, false},
                                                settings, home_, clock_, *this);
        watch_ = source_.watch(kStream, [this] { reader_->wake(); });
        reader_->wake();
        home_.run_ready();
    }
    /// Everything that was not committed is forgotten.
    void crash() {
        watch_.reset();
        reader_.reset();
        running.clear();
    }
    void put(const std::string& key) {
        source_.put(kStream, kShard, "x", clock_.now(), key);
        home_.run_ready();
    }
    void answer(std::size_t which, bool success) {
        Running one = std::move(running.at(which));
        running.erase(running.begin() + static_cast<std::ptrdiff_t>(which));
        if (success) done.insert(one.records.begin(), one.records.end());
        one.answered({.function_error = !success}, "id");
        home_.run_ready();
    }
    [[nodiscard]] std::vector<std::vector<std::uint64_t>> batches() const {
        std::vector<std::vector<std::uint64_t>> all;
        for (const Running& one : running) all.push_back(one.records);
        return all;
    }
    /// The key of some lane out of so many; another lane, another key.
    static std::string key_of_lane(std::size_t lane, std::size_t lanes) {
        for (int i = 0;; ++i) {
            std::string key = fmt::format("key-{}", i);
            if (std::hash<std::string>{}(key) % lanes == lane) return key;
        }
    }

    void read(const std::string& shard, ports::Cursor from, ports::SourceLimits limits,
              std::move_only_function<void(Result<ports::SourceBatch>)> give) override {
        source_.read(kStream, shard, from, limits, std::move(give));
    }
    void polled(std::size_t records) override { polled_records += records; }
    bool is_wanted(const ports::SourceRecord& record) const override {
        return !unwanted_keys.contains(record.partition_key);
    }
    void filtered_out(std::size_t records) override { filtered_records += records; }
    void invoke(const std::string&, const Delivery& what, Answered answered) override {
        std::vector<std::uint64_t> numbers;
        for (const ports::SourceRecord& record : what.records) {
            numbers.push_back(record.cursor.value());
            key_of[record.cursor.value()] = record.partition_key;
        }
        running.push_back({std::move(numbers), std::move(answered)});
    }
    std::size_t event_bytes(const std::string&, const ports::SourceRecord&) const override { return 1; }
    void commit(const std::string&, const Checkpoint& checkpoint,
                std::move_only_function<void(Result<>)> written) override {
        // The checkpoint never passes a record that is not done.
        for (std::uint64_t i = committed; i < checkpoint.cursor.value(); ++i)
            EXPECT_TRUE(done.contains(i)) << i;
        committed = checkpoint.cursor.value();
        if (checkpoint.finished) EXPECT_EQ(done.size(), total);
        home_.post([written = std::move(written)]() mutable { written({}); });
    }
    void batch_ended(const std::string&, const BatchOutcome&) override {}
    void discard(const std::string&, const Discard& what, Task told) override {
        for (const ports::SourceRecord& record : what.records) done.insert(record.cursor.value());
        told();
    }
    void troubled(const std::string&, std::string_view, const Error&) override { FAIL(); }
    void shard_finished(const std::string&) override { finished = true; }
    void shard_lost(const std::string&) override {}

    ManualClock clock_;
    ManualExecutor home_{clock_};
    testing::MemorySource source_{home_};
    std::vector<Running> running;
    std::set<std::uint64_t> done;
    std::map<std::uint64_t, std::string> key_of;
    std::set<std::string> unwanted_keys;
    std::size_t polled_records = 0;
    std::size_t filtered_records = 0;
    std::uint64_t committed = 0;
    std::uint64_t total = 2;  ///< records of a shard that is closed
    bool finished = false;
    std::unique_ptr<ShardReader> reader_;
    std::unique_ptr<ports::Watch> watch_;
};

TEST_F(LanesTest, BatchesRunAtOnceButNotThoseOfOneKey) {
    begin({.lanes = 2});
    put(key_of_lane(0, 2));
    put(key_of_lane(0, 2));
    put(key_of_lane(1, 2));
    EXPECT_THAT(batches(), ElementsAre(ElementsAre(0), ElementsAre(2)));
    answer(0, true);
    EXPECT_THAT(batches(), UnorderedElementsAre(ElementsAre(1), ElementsAre(2)));
}

TEST_F(LanesTest, TheCheckpointWaitsForTheFirstUnfinishedRecord) {
    begin({.lanes = 2});
    put(key_of_lane(0, 2));
    put(key_of_lane(1, 2));
    answer(1, true);
    EXPECT_EQ(committed, 0U);
    answer(0, true);
    EXPECT_EQ(committed, 2U);
    EXPECT_TRUE(home_.idle());
}

TEST_F(LanesTest, AStuckLaneDoesNotStopTheOthersUntilTheyAreFarAhead) {
    begin({.batch_size = 2, .lanes = 2});
    put(key_of_lane(0, 2));
    answer(0, false);
    for (int i = 0; i < 8; ++i) {
        put(key_of_lane(1, 2));
        ASSERT_EQ(running.size(), 1U);
        answer(0, true);
    }
    EXPECT_EQ(committed, 0U);
    for (int i = 0; i < 6; ++i) put(key_of_lane(0, 2));
    put(key_of_lane(1, 2));
    EXPECT_TRUE(running.empty()) << "what is read and not done is bounded: two lanes of two records";
    home_.advance(Seconds{1});
    EXPECT_THAT(batches(), ElementsAre(ElementsAre(0)));
}

TEST_F(LanesTest, OneLaneTriesAgainOnItsOwn) {
    begin({.retries_max = 1, .bisect = true, .lanes = 2});
    put(key_of_lane(0, 2));
    put(key_of_lane(1, 2));
    answer(0, false);
    answer(0, true);
    EXPECT_EQ(committed, 0U);
    home_.advance(Seconds{1});
    answer(0, false);
    EXPECT_EQ(committed, 2U) << "given up";
}

TEST_F(LanesTest, AnotherNumberOfLanesKeepsTheOrder) {
    begin({.batch_size = 1, .lanes = 1});
    put("a");
    put("b");
    put("a");
    reader_->set_settings({.batch_size = 1, .lanes = 10});
    home_.run_ready();
    EXPECT_THAT(batches(), ElementsAre(ElementsAre(0)));
    answer(0, true);
    EXPECT_THAT(batches(), UnorderedElementsAre(ElementsAre(1), ElementsAre(2)));
    reader_->set_settings({.batch_size = 1, .lanes = 1});
    answer(1, false);
    answer(0, true);
    home_.advance(Seconds{1});
    ASSERT_EQ(running.size(), 1U);
    answer(0, true);
    EXPECT_EQ(committed, 3U);
}

TEST_F(LanesTest, AClosedShardIsFinishedWhenAllLanesAre) {
    begin({.lanes = 2});
    put(key_of_lane(0, 2));
    put(key_of_lane(1, 2));
    source_.close_shard(kStream, kShard);
    home_.run_ready();
    answer(0, true);
    EXPECT_FALSE(finished);
    answer(0, true);
    EXPECT_TRUE(finished);
}

// Random keys, failures, crashes and changes of the settings, also around the end of the shard: every record
// is done at least once, those of a key in their order, and commit() sees no checkpoint beyond an unfinished
// record, nor the shard finished before.
TEST_F(LanesTest, AtLeastOnceAndInOrderThroughAnyCrash) {
    for (unsigned seed = 1; seed <= 60; ++seed) {
        SCOPED_TRACE(fmt::format("seed {}", seed));
        std::mt19937 random(seed);
        const auto below = [&](std::size_t n) { return random() % n; };
        crash();
        source_.remove_stream(kStream);
        source_.add_shard(kStream, kShard);
        done.clear();
        committed = 0;
        finished = false;
        total = 60;
        bool closed = false;
        std::uint64_t sent = 0;
        std::map<std::string, std::uint64_t> newest;  // done, by key, since the last crash
        const auto settings = [&] {
            return BatchSettings{.batch_size = static_cast<int>(1 + below(5)),
                                 .bisect = below(2) == 0,
                                 .lanes = static_cast<int>(1 + below(10))};
        };
        begin(settings());
        for (int steps = 0; !finished && steps < 5'000; ++steps) {
            if (sent < total && below(3) == 0) {
                put(fmt::format("k{}", below(7)));
                ++sent;
            }
            if (sent == total && !closed && below(5) == 0) {
                closed = true;
                source_.close_shard(kStream, kShard);
                home_.run_ready();
            }
            if (!running.empty() && below(2) == 0) {
                const std::size_t which = below(running.size());
                const bool success = below(4) != 0;
                for (const std::uint64_t record : running[which].records) {
                    if (!success) break;
                    const auto last = newest.find(key_of[record]);
                    if (last != newest.end()) EXPECT_GT(record, last->second) << key_of[record];
                    newest[key_of[record]] = record;
                }
                answer(which, success);
            }
            if (below(10) == 0) home_.advance(Seconds{10});
            if (below(40) == 0) {
                crash();
                newest.clear();
                begin(settings());
            } else if (below(40) == 0) {
                reader_->set_settings(settings());
                home_.run_ready();
            }
        }
        EXPECT_TRUE(finished);
        EXPECT_EQ(committed, total);
        EXPECT_EQ(done.size(), total);
    }
}

TEST_F(LanesTest, TellsHowManyItPolledAndFilteredOut) {
    unwanted_keys = {"x"};
    done = {1, 2};  // what nobody wants counts as done
    for (const char* key : {"a", "x", "b"}) put(key);
    begin({.batch_size = 4});
    ASSERT_THAT(batches(), ElementsAre(ElementsAre(0, 2)));
    EXPECT_EQ(polled_records, 3U);
    EXPECT_EQ(filtered_records, 1U);
    answer(0, false);
    unwanted_keys = {"x", "b"};
    reader_->set_settings({.batch_size = 4});
    home_.advance(Seconds{1});
    EXPECT_THAT(batches(), ElementsAre(ElementsAre(0)));
    EXPECT_EQ(filtered_records, 2U);
    EXPECT_EQ(polled_records, 3U) << "a look at what the stream still has is no poll";
}

}  // namespace
}  // namespace millrace::lambda
