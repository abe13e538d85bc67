#include "services/lambda/asynchronous/async_invocations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/manual_executor.h"
#include "services/lambda/errors.h"
#include "storage/catalog/log_catalog.h"
#include "storage/memory_log_store.h"

namespace millrace::lambda {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kQueue = "arn:aws:sqs:us-east-1:000000000000:q";
const std::string kNext = "arn:aws:lambda:us-east-1:000000000000:function:next:live";
const aws::Scope kScope{.account = "000000000000", .region = "us-east-1"};

// The test answers each run, and each message to a queue.
class AsyncInvocationsTest : public ::testing::Test {
  protected:
    AsyncInvocationsTest() {
        storage::LogCatalog::open(logs_, clock_, [this](auto opened) { catalog_ = std::move(*opened); });
        home_.run_ready();
        policy.age_max = Seconds{6 * 60 * 60};
        begin();
    }

    void begin() {
        running.clear();
        sending.clear();
        AsyncHooks hooks{
            .run = [this](const AsyncEvent& event,
                          Invocation invocation) { running.emplace_back(event, std::move(invocation)); },
            .policy_of = [this](const AsyncEvent&) { return policy; },
            .send =
                [this](const std::string&, std::string body, ports::MessageQueues::Attributes,
                       std::move_only_function<void(Result<>)> done) {
                    bodies.push_back(std::move(body));
                    sending.push_back(std::move(done));
                },
            .make_id = [] { return std::string("made"); }};
        events.emplace(home_, clock_, logs_, *catalog_, std::move(hooks));
        events->open([](const Result<>& opened) { EXPECT_TRUE(opened); });
        home_.run_ready();
        events->start();
        home_.run_ready();
    }
    void accept(int hops = 0) {
        bool accepted = false;
        events->accept({.scope = kScope,
                        .function = "f",
                        .request_id = "id",
                        .accepted = clock_.now(),
                        .payload = "{}",
                        .hops = hops},
                       [&](const Result<>& result) { accepted = result.has_value(); });
        home_.run_ready();
        EXPECT_TRUE(accepted);
    }
    void answer(InvokeResult result) {
        ASSERT_FALSE(running.empty());
        auto run = std::move(running.front());
        running.erase(running.begin());
        run.second.done(std::move(result));
        home_.run_ready();
    }
    void fail() {
        answer({.payload = R"({"errorMessage":"no"})", .function_error = true, .executed_version = "1"});
    }
    void throttle() { answer(refused(throttled("ConcurrentInvocationLimitExceeded"))); }
    void take_message(Result<> result = {}) {
        ASSERT_FALSE(sending.empty());
        auto done = std::move(sending.front());
        sending.erase(sending.begin());
        done(std::move(result));
        home_.run_ready();
    }

    ManualClock clock_;
    ManualExecutor home_{clock_};
    storage::MemoryLogStore logs_{home_};
    std::unique_ptr<storage::LogCatalog> catalog_;

  public:
    AsyncPolicy policy;
    std::vector<std::pair<AsyncEvent, Invocation>> running;
    std::vector<std::string> bodies;
    std::vector<std::move_only_function<void(Result<>)>> sending;
    std::optional<AsyncInvocations> events;
};

TEST_F(AsyncInvocationsTest, RetriesComeAfterOneAndTwoMinutes) {
    policy.on_failure = kQueue;
    accept();
    fail();
    home_.advance(Seconds{59});
    EXPECT_THAT(running, IsEmpty());
    home_.advance(Seconds{1});
    fail();
    home_.advance(Seconds{119});
    EXPECT_THAT(running, IsEmpty());
    home_.advance(Seconds{1});
    fail();
    EXPECT_THAT(bodies,
                ElementsAre(HasSubstr(R"("condition":"RetriesExhausted","approximateInvokeCount":3)")));
}

TEST_F(AsyncInvocationsTest, AnotherFunctionOfTheSameNameGetsNoneOfItsEvents) {
    accept();
    fail();
    accept();
    EXPECT_EQ(running.size(), 1U) << "one waits for its retry, one runs";
    events->function_deleted(kScope, "f");
    home_.run_ready();
    EXPECT_EQ(events->undone(), 1U);
    fail();
    EXPECT_EQ(events->undone(), 0U);
    accept();
    answer({.payload = "1", .executed_version = "$LATEST"});
    home_.advance(Seconds{600});
    begin();
    EXPECT_TRUE(running.empty()) << "nor after a restart";
}

TEST_F(AsyncInvocationsTest, ARetryThatWouldComeTooLateIsNotWaitedFor) {
    policy.on_failure = kQueue;
    policy.age_max = Seconds{60};
    accept();
    home_.advance(Milliseconds{1});
    fail();
    EXPECT_THAT(bodies,
                ElementsAre(HasSubstr(R"("condition":"EventAgeExceeded","approximateInvokeCount":1)")));
}

TEST_F(AsyncInvocationsTest, ARetryThatComesJustInTimeIsMade) {
    policy.on_failure = kQueue;
    policy.age_max = Seconds{60};
    accept();
    fail();
    EXPECT_THAT(bodies, IsEmpty());
    home_.advance(Seconds{60});
    EXPECT_EQ(running.size(), 1U);
}

TEST_F(AsyncInvocationsTest, ThrottlingCountsAsNoAttemptButTimePasses) {
    policy.on_failure = kQueue;
    policy.retries_max = 0;
    policy.age_max = Seconds{600};
    accept();
    int tries = 0;
    while (bodies.empty() && tries < 100) {
        throttle();
        ++tries;
        home_.advance(Seconds{300});
    }
    EXPECT_EQ(tries, 3);
    EXPECT_THAT(bodies.front(), HasSubstr(R"("condition":"EventAgeExceeded","approximateInvokeCount":0)"));
}

TEST_F(AsyncInvocationsTest, WhatWaitsForRoomIsTriedWhenThereIsSome) {
    accept();
    for (int i = 0; i < 5; ++i) {
        throttle();
        if (i < 4) home_.advance(Seconds{300});
    }
    EXPECT_THAT(running, IsEmpty());
    events->retry_now(kScope, "other");
    EXPECT_THAT(running, IsEmpty());
    events->retry_now(kScope, "f");
    EXPECT_EQ(running.size(), 1U);
    answer({.payload = "1"});
    home_.advance(Seconds{300});
    EXPECT_THAT(running, IsEmpty()) << "the timer that was set is gone";
    EXPECT_EQ(events->undone(), 0U);
}

TEST_F(AsyncInvocationsTest, AnEventIsNotDoneBeforeItIsTold) {
    policy.on_success = kQueue;
    accept();
    answer({.payload = "1", .executed_version = "$LATEST"});
    ASSERT_EQ(sending.size(), 1U);
    EXPECT_EQ(events->undone(), 1U);
    begin();  // a crash: the message may or may not have been sent
    EXPECT_EQ(running.size(), 1U) << "it runs again";
    answer({.payload = "1", .executed_version = "$LATEST"});
    take_message();
    EXPECT_EQ(events->undone(), 0U);
    begin();
    EXPECT_THAT(running, IsEmpty());
}

TEST_F(AsyncInvocationsTest, ARestartKeepsCountOfFailedAttempts) {
    policy.on_failure = kQueue;
    accept();
    fail();
    begin();  // a crash
    home_.advance(Seconds{59});
    EXPECT_THAT(running, IsEmpty()) << "the pause is not over";
    home_.advance(Seconds{1});
    fail();
    home_.advance(Seconds{20});
    begin();
    home_.advance(Seconds{99});
    EXPECT_THAT(running, IsEmpty()) << "of the pause only the rest is waited for";
    home_.advance(Seconds{1});
    EXPECT_EQ(running.size(), 1U);
    begin();  // while it runs, which counts as nothing
    EXPECT_EQ(running.size(), 1U);
    fail();
    EXPECT_THAT(bodies,
                ElementsAre(HasSubstr(R"("condition":"RetriesExhausted","approximateInvokeCount":3)")));
    take_message();
    EXPECT_EQ(events->undone(), 0U);
    begin();
    EXPECT_THAT(running, IsEmpty()) << "notes of what is done say nothing any more";
}

TEST_F(AsyncInvocationsTest, ARestartKeepsWhatTheLastAttemptAnswered) {
    policy.on_failure = kQueue;
    accept();
    fail();
    begin();
    home_.advance(Seconds{60});
    policy.age_max = Seconds{60};
    throttle();
    ASSERT_EQ(bodies.size(), 1U);
    EXPECT_THAT(bodies.front(), HasSubstr(R"("condition":"EventAgeExceeded","approximateInvokeCount":1)"));
    EXPECT_THAT(bodies.front(), HasSubstr(R"("executedVersion":"1","functionError":"Unhandled")"));
    EXPECT_THAT(bodies.front(), HasSubstr(R"("responsePayload":{"errorMessage":"no"})"));
}

TEST_F(AsyncInvocationsTest, AClockThatWasSetBackMakesNoPauseLonger) {
    accept();
    fail();
    clock_.advance(-Seconds{86'400});
    begin();
    home_.advance(Seconds{120});
    EXPECT_EQ(running.size(), 1U);
}

TEST_F(AsyncInvocationsTest, OnlyALongAnswerOfAFailureIsLeftOutOfItsRecord) {
    policy.on_failure = policy.on_success = kQueue;
    policy.retries_max = 0;
    constexpr std::size_t kKept = 256 * 1024;
    for (const std::size_t size : {kKept, kKept + 1}) {
        const std::string payload = '"' + std::string(size - 2, 'x') + '"';
        accept();
        answer({.payload = payload, .function_error = true});
        EXPECT_EQ(bodies.back().find("responsePayload") != std::string::npos, size == kKept);
        accept();
        answer({.payload = payload});
        EXPECT_NE(bodies.back().find("responsePayload"), std::string::npos);
    }
}

TEST_F(AsyncInvocationsTest, ADestinationThatTakesNothingStopsNothing) {
    policy.on_success = kQueue;
    accept();
    answer({.payload = "1"});
    take_message(millrace::fail(ErrorCode::kNotFound, "no such queue"));
    EXPECT_EQ(events->undone(), 0U);
}

TEST_F(AsyncInvocationsTest, ADestinationThatStorageRefusesForNowGetsItLater) {
    policy.on_success = kQueue;
    accept();
    answer({.payload = "1"});
    const std::string record = bodies.front();
    take_message(millrace::fail(ErrorCode::kUnavailable, "the disk is full"));
    EXPECT_EQ(events->undone(), 1U);
    home_.advance(Seconds{1});
    EXPECT_THAT(bodies, ElementsAre(record, record));
    take_message();
    EXPECT_EQ(events->undone(), 0U);
}

TEST_F(AsyncInvocationsTest, AnEventWhoseEndCannotBeWrittenIsNotDoneAndItsFollowersCome) {
    policy.on_success = kNext;
    accept();
    logs_.fail_writes(Error{ErrorCode::kUnavailable, "the disk is full"});
    answer({.payload = "1"});
    home_.advance(Seconds{10});
    EXPECT_EQ(events->undone(), 1U) << "its entry must not be trimmed";
    EXPECT_THAT(running, IsEmpty());
    logs_.fail_writes(std::nullopt);
    home_.advance(Seconds{1});
    ASSERT_EQ(running.size(), 1U);
    EXPECT_EQ(running.front().first.function, "next");
    EXPECT_EQ(events->undone(), 1U);
}

TEST_F(AsyncInvocationsTest, AFunctionsEventIsThereWhenTheOneBeforeIsDone) {
    policy.on_success = kNext;
    accept();
    logs_.hold_commits(true);
    answer({.payload = "1"});
    EXPECT_THAT(running, IsEmpty()) << "not before it is durable";
    logs_.hold_commits(false);
    home_.run_ready();
    policy.on_success = "";
    begin();  // a crash
    ASSERT_EQ(running.size(), 1U);
    const AsyncEvent& next = running.front().first;
    EXPECT_EQ(next.function, "next");
    EXPECT_EQ(next.qualifier, "live");
    EXPECT_EQ(next.hops, 1);
    EXPECT_THAT(next.payload, HasSubstr(R"("condition":"Success")"));
}

TEST_F(AsyncInvocationsTest, AChainEndsAfterSixteen) {
    policy.on_failure = kQueue;
    accept(15);
    EXPECT_EQ(running.size(), 1U);
    accept(16);
    EXPECT_EQ(running.size(), 1U);
    EXPECT_THAT(bodies, ElementsAre(HasSubstr("RecursiveInvocation")));
    policy.may_recur = true;
    accept(16);
    EXPECT_EQ(running.size(), 2U);
}

TEST_F(AsyncInvocationsTest, AStoppedFunctionsEventsWaitOnlyWhenNobodyWantsThem) {
    policy.stopped = true;
    accept();
    EXPECT_EQ(running.size(), 1U) << "offered, and refused";
    throttle();
    policy.dead_letter = kQueue;
    accept();
    EXPECT_THAT(running, IsEmpty());
    EXPECT_THAT(bodies, ElementsAre("{}"));
}

}  // namespace
}  // namespace millrace::lambda
