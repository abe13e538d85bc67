#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/manual_executor.h"
#include "services/lambda/mappings/shard_reader.h"
#include "services/lambda/testing/memory_source.h"

namespace millrace::lambda {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kStream = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
constexpr const char* kShard = "shardId-000000000000";
constexpr Seconds kLength{10};

// The manual clock begins at a multiple of ten seconds, as the windows do. A function that gathers letters:
// its state is what it was given, or what the test says.
class TumblingWindowTest : public ::testing::Test, public ShardReaderHost {
  protected:
    TumblingWindowTest() { source_.add_shard(kStream, kShard); }

    void begin(BatchSettings settings) {
        settings_ = settings;
        reader_ = std::make_unique<ShardReader>(kShard, committed, settings, home_, clock_, *this);
        watch_ = source_.watch(kStream, [this] { reader_->wake(); });
        reader_->wake();
        home_.run_ready();
    }
    /// Everything that was not committed is forgotten.
    void crash_and_begin() {
        watch_.reset();
        reader_.reset();
        answers_.clear();
        begin(settings_);
    }
    void put(std::string_view letters) {
        for (const char letter : letters) source_.put(kStream, kShard, std::string(1, letter), clock_.now());
        home_.run_ready();
    }
    void answer(InvokeResult result) {
        ASSERT_FALSE(answers_.empty()) << "after " << calls.back();
        auto done = std::move(answers_.front());
        answers_.erase(answers_.begin());
        done(std::move(result), "request");
        home_.run_ready();
    }
    void answer_state(std::string_view state) {
        answer({.payload = fmt::format(R"({{"state":{}}})", state)});
    }
    void fail() { answer({.payload = "{}", .function_error = true}); }
    [[nodiscard]] bool runs() const { return !answers_.empty(); }

    void read(const std::string& shard, ports::Cursor from, ports::SourceLimits limits,
              std::move_only_function<void(Result<ports::SourceBatch>)> done) override {
        source_.read(kStream, shard, from, limits, std::move(done));
    }
    void polled(std::size_t) override {}
    void filtered_out(std::size_t) override {}
    bool is_wanted(const ports::SourceRecord& record) const override {
        return unwanted.find(record.data.view()) == std::string::npos;
    }
    /// "0: ab {}": window that began at second 0, records, state; "!" at the end of a window, "?" at an early
    /// one.
    void invoke(const std::string&, const Delivery& what, Answered done) override {
        std::string call;
        if (what.window) {
            EXPECT_LE(what.window->end - what.window->start, Seconds{20});
            call = fmt::format("{}:", (what.window->start - start_).count() / 1000);
        }
        for (const ports::SourceRecord& record : what.records) call += record.data.view();
        if (what.window) {
            call += ' ';
            call += what.window->state.substr(0, 20);
            if (what.window->is_final) call += '!';
            if (what.window->is_terminated_early) call += '?';
        }
        calls.push_back(std::move(call));
        answers_.push_back(std::move(done));
    }
    std::size_t event_bytes(const std::string&, const ports::SourceRecord& record) const override {
        return record.data.size() * bytes_per_letter;
    }
    void commit(const std::string&, const Checkpoint& checkpoint,
                std::move_only_function<void(Result<>)> done) override {
        // What is read back is what was written.
        EXPECT_EQ(checkpoint_from_json(to_json(checkpoint)).value(), checkpoint);
        committed = checkpoint;
        home_.post([done = std::move(done)]() mutable { done({}); });
    }
    void batch_ended(const std::string&, const BatchOutcome& outcome) override {
        last_success = outcome.success;
    }
    void discard(const std::string&, const Discard& what, Task done) override {
        for (const ports::SourceRecord& record : what.records) given_up += record.data.view();
        done();
    }
    void troubled(const std::string&, std::string_view, const Error&) override { FAIL(); }
    void shard_finished(const std::string&) override { finished = true; }
    void shard_lost(const std::string&) override {}

    ManualClock clock_;
    const WallTime start_ = clock_.now();
    ManualExecutor home_{clock_};
    testing::MemorySource source_{home_};
    BatchSettings settings_;
    std::vector<std::string> calls;
    Checkpoint committed{ports::Cursor{0}, 1, false};
    bool last_success = false;
    std::string given_up;
    std::string unwanted;
    std::size_t bytes_per_letter = 1;
    bool finished = false;
    std::unique_ptr<ShardReader> reader_;

  private:
    std::vector<Answered> answers_;
    std::unique_ptr<ports::Watch> watch_;
};

TEST_F(TumblingWindowTest, StateGoesFromBatchToBatchAndTheWindowEndsWithItsTime) {
    begin({.tumbling_window = kLength});
    put("a");
    answer_state(R"("A")");
    home_.advance(Seconds{4});
    put("b");
    answer_state(R"("AB")");
    EXPECT_THAT(calls, ElementsAre("0:a {}", R"(0:b "A")"));
    EXPECT_EQ(committed.window->state, R"("AB")");
    home_.advance(Milliseconds{6'000});
    reader_->wake();
    home_.run_ready();
    EXPECT_FALSE(runs()) << "records of the window may still come";
    home_.advance(Milliseconds{999});
    EXPECT_FALSE(runs());
    home_.advance(Milliseconds{1});
    EXPECT_EQ(calls.back(), R"(0: "AB"!)");
    EXPECT_TRUE(committed.window);
    answer_state("{}");
    EXPECT_FALSE(committed.window);
    EXPECT_EQ(committed.cursor, ports::Cursor{2});
    EXPECT_TRUE(home_.idle()) << "nothing is polled";
    put("c");
    EXPECT_EQ(calls.back(), "10:c {}");
}

TEST_F(TumblingWindowTest, ARecordOfALaterWindowEndsTheOneBefore) {
    put("ab");
    home_.advance(Seconds{25});
    put("cd");
    home_.advance(Seconds{10});
    put("e");
    begin({.tumbling_window = kLength});
    for (const char* state : {"1", "2", "3", "4", "5"}) answer_state(state);
    home_.advance(Seconds{11});
    answer_state("6");
    EXPECT_THAT(calls, ElementsAre("0:ab {}", "0: 1!", "20:cd {}", "20: 3!", "30:e {}", "30: 5!"))
        << "of windows without records there is no word";
}

TEST_F(TumblingWindowTest, AWindowAtItsLimitAndOnePastIt) {
    put("a");
    home_.advance(Milliseconds{9'999});
    put("b");
    home_.advance(Milliseconds{1});
    put("c");
    begin({.tumbling_window = kLength});
    answer_state("1");
    answer_state("2");
    EXPECT_THAT(calls, ElementsAre("0:ab {}", "0: 1!", "10:c {}"));
}

TEST_F(TumblingWindowTest, AnAnswerWithoutStateIsAFailure) {
    begin({.retries_max = 1, .tumbling_window = kLength});
    put("a");
    answer({.payload = "{}"});
    EXPECT_FALSE(last_success);
    home_.advance(Milliseconds{100});
    answer({.payload = "null"});
    EXPECT_EQ(given_up, "a");
    EXPECT_FALSE(committed.window) << "no window was begun, so none is ended";
    home_.advance(Seconds{60});
    EXPECT_THAT(calls, ElementsAre("0:a {}", "0:a {}"));
}

TEST_F(TumblingWindowTest, TheShardStandsStillUntilTheEndOfTheWindowIsTaken) {
    put("a");
    home_.advance(kLength);
    put("b");
    begin({.retries_max = 0, .tumbling_window = kLength});
    answer_state("1");
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(calls.back(), "0: 1!");
        i % 2 == 0 ? fail() : answer({.payload = "{}"});
        EXPECT_EQ(committed.cursor, ports::Cursor{1});
        home_.advance(Seconds{10});
    }
    EXPECT_EQ(given_up, "");
    answer_state("{}");
    EXPECT_EQ(calls.back(), "10:b {}");
}

TEST_F(TumblingWindowTest, ACrashRepeatsABatchWithTheStateBeforeIt) {
    begin({.batch_size = 2, .tumbling_window = kLength});
    put("ab");
    answer_state("1");
    put("cd");
    EXPECT_EQ(calls.back(), "0:cd 1");
    crash_and_begin();
    EXPECT_EQ(calls.back(), "0:cd 1");
    answer_state("2");
    home_.advance(Seconds{11});
    EXPECT_EQ(calls.back(), "0: 2!");
    crash_and_begin();
    EXPECT_EQ(calls.back(), "0: 2!") << "at least once";
    answer_state("{}");
    crash_and_begin();
    EXPECT_FALSE(runs());
}

TEST_F(TumblingWindowTest, AStateThatIsTooLargeEndsTheWindowEarly) {
    begin({.tumbling_window = kLength});
    const auto state_of = [](std::size_t bytes) { return '"' + std::string(bytes - 2, 'x') + '"'; };
    put("a");
    answer_state(state_of(kWindowStateBytesMax));
    EXPECT_FALSE(runs()) << "at the limit";
    put("b");
    answer_state(state_of(kWindowStateBytesMax + 1));
    EXPECT_EQ(calls.back(), R"(0: "xxxxxxxxxxxxxxxxxxx?)");
    EXPECT_EQ(committed.cursor, ports::Cursor{1}) << "the state is not kept, so its records are not done";
    crash_and_begin();
    EXPECT_EQ(calls.back(), R"(0:b "xxxxxxxxxxxxxxxxxxx)") << "again";
    answer_state(state_of(kWindowStateBytesMax + 1));
    answer_state("{}");
    EXPECT_EQ(committed.cursor, ports::Cursor{2});
    put("c");
    EXPECT_EQ(calls.back(), "0:c {}") << "the same window, a fresh state";
}

TEST_F(TumblingWindowTest, TheEndOfTheShardEndsTheWindow) {
    begin({.tumbling_window = Seconds{20}});
    put("a");
    answer_state("1");
    source_.close_shard(kStream, kShard);
    home_.run_ready();
    EXPECT_EQ(calls.back(), "0: 1!");
    EXPECT_FALSE(finished);
    fail();
    EXPECT_FALSE(finished);
    home_.advance(Seconds{1});
    answer_state("{}");
    EXPECT_TRUE(finished);
    EXPECT_TRUE(committed.finished);
}

TEST_F(TumblingWindowTest, HalvesOfABatchPassTheStateOn) {
    put("abcX");
    begin({.retries_max = 0, .bisect = true, .tumbling_window = kLength});
    fail();
    home_.advance(Milliseconds{100});
    answer_state("1");  // ab
    fail();             // cX
    home_.advance(Seconds{1});
    answer_state("2");  // c
    fail();             // X
    EXPECT_EQ(given_up, "X");
    EXPECT_THAT(calls, ElementsAre("0:abcX {}", "0:ab {}", "0:cX 1", "0:c 1", "0:X 2"));
    home_.advance(Seconds{20});
    EXPECT_EQ(calls.back(), "0: 2!");
}

TEST_F(TumblingWindowTest, OfAPartialSuccessTheStateHolds) {
    put("abc");
    begin({.report_failures = true, .tumbling_window = kLength});
    answer({.payload = R"({"state":1,"batchItemFailures":[{"itemIdentifier":"1001"}]})"});
    EXPECT_EQ(committed.cursor, ports::Cursor{1});
    EXPECT_EQ(committed.window->state, "1");
    home_.advance(Seconds{1});
    answer({.payload = R"({"state":9,"batchItemFailures":[{"itemIdentifier":""}]})"});
    home_.advance(Seconds{1});
    EXPECT_THAT(calls, ElementsAre("0:abc {}", "0:bc 1", "0:bc 1"))
        << "nothing succeeded, so its state counts not";
}

TEST_F(TumblingWindowTest, ABatchWaitsNoLongerThanItsWindowIsOpen) {
    begin({.window = Seconds{300}, .tumbling_window = kLength});
    put("a");
    home_.advance(Milliseconds{9'999});
    EXPECT_THAT(calls, IsEmpty());
    home_.advance(Milliseconds{1});
    EXPECT_THAT(calls, ElementsAre("0:a {}"));
}

TEST_F(TumblingWindowTest, AnotherLengthHoldsForTheNextWindow) {
    begin({.tumbling_window = kLength});
    put("a");
    answer_state("1");
    settings_.tumbling_window = Seconds{20};
    reader_->set_settings(settings_);
    home_.run_ready();
    home_.advance(Seconds{12});
    EXPECT_EQ(calls.back(), "0: 1!");
    answer_state("{}");
    put("b");
    EXPECT_EQ(calls.back(), "0:b {}");
    answer_state("2");
    home_.advance(Seconds{9});
    EXPECT_EQ(calls.back(), "0: 2!");
}

TEST_F(TumblingWindowTest, SwitchedOffTheWindowIsClosedAndLanesBegin) {
    begin({.batch_size = 1, .tumbling_window = kLength});
    put("a");
    answer_state("1");
    settings_.tumbling_window = Seconds{0};
    settings_.lanes = 2;
    reader_->set_settings(settings_);
    home_.run_ready();
    EXPECT_EQ(calls.back(), "0: 1!");
    answer_state("{}");
    EXPECT_FALSE(committed.window);
    put("b");
    EXPECT_EQ(calls.back(), "b") << "no window";
}

TEST_F(TumblingWindowTest, SwitchedOffWhileNothingRanItIsClosedFirst) {
    begin({.tumbling_window = kLength});
    put("a");
    answer_state("1");
    settings_.tumbling_window = Seconds{0};
    settings_.lanes = 3;
    crash_and_begin();
    EXPECT_EQ(calls.back(), "0: 1!");
    answer_state("{}");
    put("b");
    EXPECT_EQ(calls.back(), "b");
}

TEST_F(TumblingWindowTest, AClockSetBackDoesNotReopenAWindow) {
    source_.put(kStream, kShard, "a", start_ + Seconds{15});
    source_.put(kStream, kShard, "b", start_ + Seconds{5});
    source_.put(kStream, kShard, "c", start_ + Seconds{16});
    begin({.tumbling_window = kLength});
    EXPECT_THAT(calls, ElementsAre("10:abc {}"));
}

TEST_F(TumblingWindowTest, PausedAWindowWaits) {
    begin({.tumbling_window = kLength});
    put("a");
    answer_state("1");
    reader_->pause();
    home_.advance(Seconds{60});
    EXPECT_FALSE(runs());
    reader_->resume();
    home_.run_ready();
    EXPECT_EQ(calls.back(), "0: 1!");
}

TEST_F(TumblingWindowTest, TheStateCountsToTheSizeOfTheEvent) {
    bytes_per_letter = 3'000'000;
    begin({.tumbling_window = kLength});
    put("a");
    answer_state('"' + std::string(500'000, 'x') + '"');
    put("bc");
    answer_state("1");
    answer_state("2");
    EXPECT_EQ(calls.at(1), R"(0:b "xxxxxxxxxxxxxxxxxxx)") << "both would make 6.5 MB";
}

TEST_F(TumblingWindowTest, WhatAnotherFilterDoesNotWantIsDroppedAlsoFromAFailedBatch) {
    begin({.tumbling_window = kLength});
    put("a");
    put("Xb");
    answer_state("1");  // a
    fail();             // Xb
    unwanted = "X";
    reader_->set_settings(settings_);
    home_.run_ready();
    EXPECT_EQ(calls.back(), "0:b 1");
    answer_state("2");
    EXPECT_EQ(committed.cursor, ports::Cursor{3});
}

}  // namespace
}  // namespace millrace::lambda
