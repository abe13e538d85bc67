#include "services/lambda/mappings/shard_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/manual_executor.h"
#include "services/lambda/testing/memory_source.h"

namespace millrace::lambda {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kStream = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
constexpr const char* kShard = "shardId-000000000000";

InvokeResult success(std::string payload = "") {
    return {.payload = std::move(payload)};
}
InvokeResult failure() {
    return {.payload = "{}", .function_error = true};
}

// A shard with records "a", "b", ...; the test answers each batch.
class ShardReaderTest : public ::testing::Test, public ShardReaderHost {
  protected:
    ShardReaderTest() { source_.add_shard(kStream, kShard); }

    void begin(BatchSettings settings) {
        reader_ = std::make_unique<ShardReader>(kShard, last_checkpoint, settings, home_, clock_, *this);
        watch_ = source_.watch(kStream, [this] { reader_->wake(); });
        reader_->wake();
        home_.run_ready();
    }
    /// Millrace was killed, and goes on from what it had written.
    void begin_again(BatchSettings settings) {
        watch_.reset();
        reader_.reset();
        answers_.clear();
        batches.clear();
        last_checkpoint = checkpoint_from_json(to_json(last_checkpoint)).value();
        begin(settings);
    }
    void put(std::string_view letters) {
        for (const char letter : letters) source_.put(kStream, kShard, std::string(1, letter), clock_.now());
        home_.run_ready();
    }
    /// Of those that run, in the order in which they began.
    void answer(InvokeResult result, std::size_t which = 0) {
        auto done = std::move(answers_.at(which));
        answers_.erase(answers_.begin() + static_cast<std::ptrdiff_t>(which));
        done(std::move(result), fmt::format("request-{}", ++requests_));
        home_.run_ready();
    }
    void hold_commits() { hold_commits_ = true; }
    void release_commit() {
        auto done = std::move(held_.front());
        held_.erase(held_.begin());
        done({});
        home_.run_ready();
    }

    // ShardReaderHost
    void read(const std::string& shard, ports::Cursor from, ports::SourceLimits limits,
              std::move_only_function<void(Result<ports::SourceBatch>)> done) override {
        if (storage_refuses) return done(fail(ErrorCode::kIo, "a sector cannot be read"));
        source_.read(kStream, shard, from, limits, std::move(done));
    }
    void polled(std::size_t) override {}
    void filtered_out(std::size_t) override {}
    bool is_wanted(const ports::SourceRecord& record) const override {
        return unwanted.find(record.data.view()) == std::string::npos;
    }
    void invoke(const std::string&, const Delivery& what, Answered done) override {
        std::string batch;
        for (const ports::SourceRecord& record : what.records) batch += record.data.view();
        batches.push_back(std::move(batch));
        answers_.push_back(std::move(done));
    }
    std::size_t event_bytes(const std::string&, const ports::SourceRecord& record) const override {
        return record.data.size() * bytes_per_letter;
    }
    void commit(const std::string&, const Checkpoint& checkpoint,
                std::move_only_function<void(Result<>)> done) override {
        if (storage_refuses) return done(fail(ErrorCode::kUnavailable, "the disk is full"));
        checkpoints.push_back(checkpoint.cursor.value());
        last_checkpoint = checkpoint;
        if (hold_commits_) return held_.push_back(std::move(done));
        home_.post([done = std::move(done)]() mutable { done({}); });
    }
    void batch_ended(const std::string&, const BatchOutcome&) override {}
    void discard(const std::string&, const Discard& what, Task done) override {
        for (const ports::SourceRecord& record : what.records) given_up += record.data.view();
        last_discard = {what.reason, std::string(what.request_id), what.invokes, what.function_error};
        if (hold_discards) return held_discards.push_back(std::move(done));
        done();
    }
    void troubled(const std::string&, std::string_view, const Error&) override { ++troubles; }
    void shard_finished(const std::string&) override { finished = true; }
    void shard_lost(const std::string&) override { lost = true; }

    ManualClock clock_;
    ManualExecutor home_{clock_};
    testing::MemorySource source_{home_};
    std::vector<std::string> batches;
    std::vector<std::uint64_t> checkpoints;
    Checkpoint last_checkpoint{ports::Cursor{0}, 1, false};
    std::string given_up;
    struct {
        DiscardReason reason;
        std::string request_id;
        int invokes;
        bool function_error;
    } last_discard{};
    bool hold_discards = false;
    std::vector<Task> held_discards;
    std::string unwanted;  ///< what the filter drops
    std::size_t bytes_per_letter = 1;
    bool storage_refuses = false;
    int troubles = 0;
    bool finished = false;
    bool lost = false;
    std::unique_ptr<ShardReader> reader_;

  private:
    std::vector<Answered> answers_;
    int requests_ = 0;
    std::vector<std::move_only_function<void(Result<>)>> held_;
    bool hold_commits_ = false;
    std::unique_ptr<ports::Watch> watch_;
};

TEST_F(ShardReaderTest, ACheckpointThatStorageRefusesIsWrittenOnceItTakesThem) {
    begin({});
    put("a");
    storage_refuses = true;
    answer(success());
    put("b");
    home_.advance(Seconds{60});
    EXPECT_THAT(batches, ElementsAre("a")) << "what is done could not be kept";
    EXPECT_EQ(troubles, 1) << "it is told once";
    storage_refuses = false;
    home_.advance(Seconds{1});
    EXPECT_THAT(checkpoints, ElementsAre(1));
    EXPECT_THAT(batches, ElementsAre("a", "b"));
    answer(success());
    EXPECT_THAT(checkpoints, ElementsAre(1, 2));
}

TEST_F(ShardReaderTest, TheEndOfAShardThatStorageRefusesIsWrittenLater) {
    begin({});
    storage_refuses = true;
    source_.close_shard(kStream, kShard);
    home_.run_ready();
    storage_refuses = false;
    home_.advance(Seconds{1});
    EXPECT_TRUE(finished);
}

TEST_F(ShardReaderTest, AReadThatStorageRefusesIsTriedAgainWithoutANewRecord) {
    begin({});
    storage_refuses = true;
    put("a");
    put("b");
    home_.advance(Seconds{60});
    EXPECT_EQ(troubles, 1);
    const std::size_t reads = source_.reads;
    storage_refuses = false;
    home_.advance(Seconds{1});
    EXPECT_THAT(batches, ElementsAre("ab"));
    EXPECT_LE(source_.reads, reads + 2) << "one timer, whoever woke the reader";
}

TEST_F(ShardReaderTest, WhatWasReadBeforeIsHandedOverThoughTheRestCannotBeRead) {
    begin({.batch_size = 10, .window = Seconds{5}});
    put("a");
    storage_refuses = true;
    put("b");
    home_.advance(Seconds{5});
    EXPECT_THAT(batches, ElementsAre("a"));
}

TEST_F(ShardReaderTest, ANewRecordIsHandedOverAtOnceAndThenCheckpointed) {
    begin({});
    EXPECT_THAT(batches, IsEmpty());
    put("a");
    EXPECT_THAT(batches, ElementsAre("a"));
    EXPECT_THAT(checkpoints, IsEmpty());
    answer(success());
    EXPECT_THAT(checkpoints, ElementsAre(1));
    EXPECT_TRUE(home_.idle()) << "nothing is polled";
}

TEST_F(ShardReaderTest, RecordsThatArriveMeanwhileMakeTheNextBatch) {
    begin({.batch_size = 2});
    put("a");
    put("bcd");
    EXPECT_THAT(batches, ElementsAre("a"));
    answer(success());
    EXPECT_THAT(batches, ElementsAre("a", "bc"));
    answer(success());
    EXPECT_THAT(batches, ElementsAre("a", "bc", "d"));
}

TEST_F(ShardReaderTest, TheWindowCollectsUntilItPassesOrTheBatchIsFull) {
    begin({.batch_size = 3, .window = Seconds{5}});
    put("a");
    home_.advance(Seconds{4});
    put("b");
    EXPECT_THAT(batches, IsEmpty());
    home_.advance(Seconds{1});
    EXPECT_THAT(batches, ElementsAre("ab"));
    answer(success());
    put("cde");
    EXPECT_THAT(batches, ElementsAre("ab", "cde"));
}

TEST_F(ShardReaderTest, ABatchClosesAtSixMegabytes) {
    bytes_per_letter = 2'500'000;
    begin({});
    put("a");
    put("bcd");
    answer(success());
    answer(success());
    EXPECT_THAT(batches, ElementsAre("a", "bc", "d"));
}

TEST_F(ShardReaderTest, AFailedBatchIsTriedAgainAsItWas) {
    begin({});
    put("a");
    put("b");
    answer(failure());
    EXPECT_THAT(batches, ElementsAre("a"));
    home_.advance(Milliseconds{100});
    EXPECT_THAT(batches, ElementsAre("a", "a"));
    answer(failure());
    home_.advance(Milliseconds{199});
    EXPECT_EQ(batches.size(), 2U) << "pauses grow";
    home_.advance(Milliseconds{1});
    answer(success());
    EXPECT_THAT(batches, ElementsAre("a", "a", "a", "b"));
    EXPECT_THAT(checkpoints, ElementsAre(1));
}

TEST_F(ShardReaderTest, RetriesEndWhereTheyAreLimited) {
    begin({.retries_max = 1});
    put("a");
    put("b");
    answer(failure());
    home_.advance(Seconds{1});
    answer(failure());
    EXPECT_EQ(given_up, "a");
    EXPECT_THAT(batches, ElementsAre("a", "a", "b"));
}

TEST_F(ShardReaderTest, ARestartGoesOnCountingRetries) {
    const BatchSettings settings{.retries_max = 3};
    begin(settings);
    put("ab");
    put("c");
    for (int i = 0; i < 2; ++i) {
        answer(failure());
        home_.advance(Seconds{1});
    }
    begin_again(settings);
    EXPECT_THAT(batches, ElementsAre("ab")) << "what was tried together still is";
    answer(failure());
    home_.advance(Seconds{1});
    begin_again(settings);
    answer(failure());
    EXPECT_EQ(given_up, "ab");
    EXPECT_EQ(last_discard.invokes, 4);
    EXPECT_THAT(batches, ElementsAre("ab", "c"));
}

TEST_F(ShardReaderTest, ARestartRemembersWhatABatchWasCutInto) {
    const BatchSettings settings{.retries_max = 1, .bisect = true};
    put("abcX");
    begin(settings);
    answer(failure());
    answer(success());
    answer(failure());
    EXPECT_THAT(batches, ElementsAre("abcX", "ab", "cX", "c"));
    put("d");
    begin_again(settings);
    EXPECT_THAT(batches, ElementsAre("c"));
    answer(success());
    answer(failure());
    home_.advance(Seconds{1});
    answer(failure());
    EXPECT_EQ(given_up, "X");
    EXPECT_THAT(batches, ElementsAre("c", "X", "X", "d"));
}

TEST_F(ShardReaderTest, ThrottlingIsNoRetry) {
    begin({.retries_max = 0});
    put("a");
    answer(refused({.code = "TooManyRequestsException"}));
    home_.advance(Seconds{1});
    EXPECT_THAT(batches, ElementsAre("a", "a"));
    EXPECT_EQ(given_up, "");
}

// The public demonstration: ten records, one of them poison, one retry, bisect: nine are delivered.
TEST_F(ShardReaderTest, BisectIsolatesThePoison) {
    begin({.retries_max = 1, .bisect = true});
    put("_");
    put("abcdefXhij");
    answer(success());
    std::string delivered;
    for (int i = 0; i < 40 && checkpoints.back() != 11; ++i) {
        const std::size_t before = batches.size();
        const std::string batch = batches.back();
        const bool poisoned = batch.find('X') != std::string::npos;
        if (!poisoned) delivered += batch;
        answer(poisoned ? failure() : success());
        if (batches.size() == before) home_.advance(Seconds{20});
    }
    EXPECT_EQ(delivered, "abcdefhij");
    EXPECT_EQ(given_up, "X");
}

TEST_F(ShardReaderTest, HalvesAreTriedAtOnce) {
    put("abcX");
    begin({.retries_max = 1, .bisect = true});
    for (const char* failing : {"abcX", "cX", "X"}) {
        while (batches.back().find('X') == std::string::npos) answer(success());
        EXPECT_EQ(batches.back(), failing);
        answer(failure());
    }
    EXPECT_THAT(batches, ElementsAre("abcX", "ab", "cX", "c", "X"));
    home_.advance(Milliseconds{100});
    EXPECT_EQ(batches.size(), 6U) << "a record alone is tried again after the first pause";
}

// As on AWS: six records in batches of three, the last one poison, three retries: it comes five times.
TEST_F(ShardReaderTest, WhatIsLeftOfABatchHasRetriesOfItsOwn) {
    put("abcdeX");
    begin({.batch_size = 3, .retries_max = 3, .report_failures = true});
    answer(success());
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(given_up, "");
        answer(success(R"({"batchItemFailures":[{"itemIdentifier":"1005"}]})"));
        home_.advance(Seconds{1});
    }
    EXPECT_EQ(given_up, "X");
    EXPECT_EQ(last_discard.invokes, 4);
    EXPECT_THAT(batches, ElementsAre("abc", "deX", "X", "X", "X", "X"));
}

TEST_F(ShardReaderTest, WhatIsLeftOfABatchIsTriedWhereNothingIsTriedAgain) {
    put("aXc");
    begin({.retries_max = 0, .report_failures = true});
    const std::string poison = R"({"batchItemFailures":[{"itemIdentifier":"1001"}]})";
    answer(success(poison));
    EXPECT_EQ(given_up, "");
    home_.advance(Milliseconds{100});
    EXPECT_THAT(batches, ElementsAre("aXc", "Xc"));
    answer(success(poison));
    EXPECT_EQ(given_up, "Xc");
    EXPECT_EQ(last_discard.invokes, 1);
}

TEST_F(ShardReaderTest, ReportedFailuresMoveTheCheckpointToTheLowest) {
    begin({.retries_max = 0, .report_failures = true});
    put("_");
    put("abcd");
    answer(success("{}"));
    // Sequence numbers count from 1000, "_" being the first: "c" and "d" failed.
    answer(success(R"({"batchItemFailures":[{"itemIdentifier":"1004"},{"itemIdentifier":"1003"}]})"));
    EXPECT_THAT(checkpoints, ElementsAre(1, 3));
    home_.advance(Seconds{1});
    EXPECT_THAT(batches, ElementsAre("_", "abcd", "cd"));
    answer(success(R"({"batchItemFailures":[{"itemIdentifier":""}]})"));
    EXPECT_EQ(given_up, "cd") << "all of it failed, and that was its only attempt";
}

TEST_F(ShardReaderTest, OldRecordsAreGivenUp) {
    begin({.record_age_max = Seconds{60}});
    put("a");
    answer(failure());
    for (int i = 0; i < 20 && given_up.empty(); ++i) {
        home_.advance(Seconds{10});
        if (given_up.empty()) answer(failure());
    }
    EXPECT_EQ(given_up, "a");
    EXPECT_THAT(checkpoints, ElementsAre(1));
}

TEST_F(ShardReaderTest, WhatTheStreamDroppedIsNotTriedAgain) {
    begin({});
    put("a");
    put("b");
    answer(failure());
    source_.trim(kStream, kShard, 1);
    home_.advance(Seconds{1});
    EXPECT_EQ(given_up, "a");
    EXPECT_EQ(batches.back(), "b");
}

TEST_F(ShardReaderTest, OneBatchMayRunAheadOfTheCheckpointButNotTwo) {
    hold_commits();
    begin({.batch_size = 1});
    put("abc");
    answer(success());
    EXPECT_THAT(batches, ElementsAre("a", "b"));
    answer(success());
    EXPECT_THAT(batches, ElementsAre("a", "b"));
    EXPECT_THAT(checkpoints, ElementsAre(1));
    release_commit();
    EXPECT_THAT(checkpoints, ElementsAre(1, 2));
    EXPECT_THAT(batches, ElementsAre("a", "b", "c"));
}

TEST_F(ShardReaderTest, PausedItFinishesItsBatchAndBeginsNone) {
    begin({});
    put("a");
    reader_->pause();
    put("b");
    answer(success());
    EXPECT_THAT(checkpoints, ElementsAre(1));
    EXPECT_THAT(batches, ElementsAre("a"));
    reader_->resume();
    EXPECT_THAT(batches, ElementsAre("a", "b"));
}

TEST_F(ShardReaderTest, AClosedShardIsFinishedAfterItsLastRecord) {
    begin({.window = Seconds{300}});
    put("a");
    source_.close_shard(kStream, kShard);
    home_.run_ready();
    EXPECT_THAT(batches, ElementsAre("a")) << "nothing more can come: the window need not pass";
    EXPECT_FALSE(finished);
    answer(success());
    EXPECT_TRUE(finished);
    EXPECT_THAT(checkpoints, ElementsAre(1, 1));
}

TEST_F(ShardReaderTest, WhatNoFilterWantsCountsAsProcessed) {
    unwanted = "xyz";
    begin({});
    put("xyz");
    EXPECT_THAT(batches, IsEmpty());
    EXPECT_EQ(checkpoints.back(), 3U);
    put("a");
    put("xb");
    EXPECT_THAT(batches, ElementsAre("a"));
    answer(success());
    EXPECT_THAT(batches, ElementsAre("a", "b"));
    EXPECT_EQ(checkpoints.back(), 5U) << "behind the x, before the b";
    answer(success());
    EXPECT_EQ(checkpoints.back(), 6U);
}

TEST_F(ShardReaderTest, TheCheckpointWaitsUntilADiscardIsTold) {
    hold_discards = true;
    begin({.retries_max = 1});
    put("a");
    put("b");
    answer(failure());
    home_.advance(Seconds{1});
    answer(failure());
    EXPECT_EQ(given_up, "a");
    EXPECT_EQ(last_discard.reason, DiscardReason::kRetriesExhausted);
    EXPECT_EQ(last_discard.request_id, "request-2");
    EXPECT_EQ(last_discard.invokes, 2);
    EXPECT_TRUE(last_discard.function_error);
    EXPECT_THAT(checkpoints, ElementsAre(0)) << "only that it was tried once";
    EXPECT_THAT(batches, ElementsAre("a", "a"));
    held_discards.front()();
    home_.run_ready();
    EXPECT_THAT(checkpoints, ElementsAre(0, 1));
    EXPECT_THAT(batches, ElementsAre("a", "a", "b"));
}

TEST_F(ShardReaderTest, OldRecordsOfAThrottledFunctionWereNeverTried) {
    begin({.record_age_max = Seconds{60}});
    put("a");
    for (int i = 0; i < 20 && given_up.empty(); ++i) {
        answer(refused({.code = "TooManyRequestsException"}));
        home_.advance(Seconds{10});
    }
    EXPECT_EQ(given_up, "a");
    EXPECT_EQ(last_discard.reason, DiscardReason::kTooOld);
    EXPECT_EQ(last_discard.request_id, "");
    EXPECT_EQ(last_discard.invokes, 0);
}

TEST_F(ShardReaderTest, AVanishedShardIsTold) {
    begin({});
    source_.remove_stream(kStream);
    home_.run_ready();
    EXPECT_TRUE(lost);
}

}  // namespace
}  // namespace millrace::lambda
