#include "services/lambda/mappings/queue_runner.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/manual_executor.h"
#include "codec/json.h"
#include "services/lambda/errors.h"
#include "services/lambda/testing/memory_metrics.h"
#include "services/lambda/testing/memory_objects.h"
#include "services/lambda/testing/memory_queues.h"
#include "services/lambda/testing/memory_source.h"
#include "storage/catalog/log_catalog.h"
#include "storage/memory_log_store.h"

namespace millrace::lambda {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string kQueue = "arn:aws:sqs:eu-west-1:000000000000:q";

// A queue of messages named by their bodies; the test answers each batch.
class QueueRunnerTest : public ::testing::Test {
  protected:
    QueueRunnerTest() {
        storage::LogCatalog::open(logs_, clock_, [this](auto opened) { catalog_ = std::move(*opened); });
        home_.run_ready();
        queues.add(kQueue);
        dependencies_.emplace(MappingDependencies{
            .home = home_,
            .clock = clock_,
            .random = random_,
            .catalog = *catalog_,
            .records = source_,
            .queues = queues,
            .objects = objects,
            .metrics = metrics,
            .invoke = [this](const aws::Scope&, const std::string&,
                             Invocation invocation) { running.push_back(std::move(invocation)); },
            .role_of = [](const aws::Scope&, const std::string&) { return std::string(); },
            .timeout_of = [this](const aws::Scope&, const std::string&) { return timeout; },
            .concurrency_max = 3});
    }

    void begin(Mapping mapping) {
        mapping.source_arn = kQueue;
        runner.emplace(std::move(mapping), *dependencies_);
        runner->start();
        home_.run_ready();
    }
    static Mapping with(BatchSettings batches) { return {.batches = batches}; }
    void send(std::string_view letters) {
        for (const char letter : letters) queues.send(kQueue, std::string(1, letter), [](const Result<>&) {});
        home_.run_ready();
    }
    /// Bodies of the batches that run.
    [[nodiscard]] std::vector<std::string> batches() const {
        std::vector<std::string> all;
        for (const Invocation& invocation : running) {
            std::string& batch = all.emplace_back();
            const codec::Json event = codec::parse_json(invocation.payload).value();
            for (const codec::Json& record : event.at("Records").as_array()) {
                batch += std::string(record.at("body").as_string());
            }
        }
        return all;
    }
    void answer(InvokeResult result) {
        auto done = std::move(running.front().done);
        running.erase(running.begin());
        done(std::move(result));
        home_.run_ready();
    }
    [[nodiscard]] std::string left() const {
        std::string all;
        for (const std::string& body : queues.bodies(kQueue)) all += body;
        return all;
    }

    ManualClock clock_;
    ManualExecutor home_{clock_};
    SystemRandom random_;
    storage::MemoryLogStore logs_{home_};
    std::unique_ptr<storage::LogCatalog> catalog_;
    testing::MemorySource source_{home_};
    testing::MemoryQueues queues{home_};
    testing::MemoryObjects objects;
    testing::MemoryMetrics metrics;
    Seconds timeout{3};
    std::vector<Invocation> running;
    std::optional<MappingDependencies> dependencies_;
    std::optional<QueueRunner> runner;
};

TEST_F(QueueRunnerTest, AMessageIsHandedOverAtOnceAndDeletedAfterSuccess) {
    begin(with({.batch_size = 10}));
    send("a");
    EXPECT_THAT(batches(), ElementsAre("a"));
    EXPECT_EQ(left(), "a");
    answer({});
    EXPECT_EQ(left(), "");
    EXPECT_TRUE(home_.idle()) << "nothing is polled";
}

TEST_F(QueueRunnerTest, ABacklogRunsInAsManyBatchesAsThereMayBeProcesses) {
    send("abcdefgh");
    begin(with({.batch_size = 2}));
    EXPECT_THAT(batches(), ElementsAre("ab", "cd", "ef"));
    answer({});
    EXPECT_THAT(batches(), ElementsAre("cd", "ef", "gh"));
}

TEST_F(QueueRunnerTest, MaximumConcurrencyHolds) {
    send("abcdef");
    Mapping mapping = with({.batch_size = 1});
    mapping.concurrency_max = 2;
    begin(mapping);
    EXPECT_THAT(batches(), ElementsAre("a", "b"));
    answer({});
    EXPECT_THAT(batches(), ElementsAre("b", "c"));
}

TEST_F(QueueRunnerTest, TheWindowCollectsUntilItPassesOrTheBatchIsFull) {
    begin(with({.batch_size = 3, .window = Seconds{5}}));
    send("a");
    home_.advance(Seconds{4});
    send("b");
    EXPECT_THAT(batches(), IsEmpty());
    home_.advance(Seconds{1});
    EXPECT_THAT(batches(), ElementsAre("ab"));
    send("cdefg");
    EXPECT_THAT(batches(), ElementsAre("ab", "cde"));
    home_.advance(Seconds{5});
    EXPECT_THAT(batches(), ElementsAre("ab", "cde", "fg"));
}

TEST_F(QueueRunnerTest, ABatchMayHaveMoreThanOneReceive) {
    send("abcdefghijklmnopqrstuvwxyz");
    begin(with({.batch_size = 25, .window = Seconds{1}}));
    EXPECT_THAT(batches(), ElementsAre("abcdefghijklmnopqrstuvwxy"));
}

TEST_F(QueueRunnerTest, ABatchClosesAtSixMegabytes) {
    for (const char letter : {'a', 'b', 'c'}) {
        queues.send(kQueue, std::string(2'500'000, letter), [](const Result<>&) {});
    }
    begin(with({.batch_size = 10}));
    ASSERT_EQ(running.size(), 2U);
    EXPECT_EQ(batches()[0].size(), 5'000'000U);
    EXPECT_LE(running[0].payload.size(), kPayloadBytesMax);
}

TEST_F(QueueRunnerTest, WhatFailedIsLeftToItsVisibilityTimeout) {
    begin(with({.batch_size = 10}));
    send("ab");
    answer({.function_error = true});
    EXPECT_EQ(left(), "ab");
    EXPECT_THAT(batches(), IsEmpty());
    queues.show_again(kQueue);
    home_.run_ready();
    EXPECT_THAT(batches(), ElementsAre("ab"));
}

TEST_F(QueueRunnerTest, OfAReportedBatchOnlyWhatSucceededIsDeleted) {
    begin(with({.batch_size = 10, .report_failures = true}));
    send("abc");
    answer({.payload = R"({"batchItemFailures":[{"itemIdentifier":"id-2"}]})"});
    EXPECT_EQ(left(), "b");
    send("d");
    answer({.payload = R"({"batchItemFailures":[{"itemIdentifier":"unknown"}]})"});
    EXPECT_EQ(left(), "bd") << "an unknown id fails the whole batch";
}

TEST_F(QueueRunnerTest, WithoutReportingTheAnswerSaysNothing) {
    begin(with({.batch_size = 10}));
    send("a");
    answer({.payload = R"({"batchItemFailures":[{"itemIdentifier":"id-1"}]})"});
    EXPECT_EQ(left(), "");
}

TEST_F(QueueRunnerTest, WhatNoFilterWantsIsDeletedUnseen) {
    Mapping mapping = with({.batch_size = 10});
    mapping.filters = {R"({"body":["b"]})"};
    begin(mapping);
    send("abc");
    EXPECT_THAT(batches(), ElementsAre("b"));
    EXPECT_EQ(left(), "b");
}

TEST_F(QueueRunnerTest, PausedItFinishesWhatItHasAndReceivesNoMore) {
    begin(with({.batch_size = 10, .window = Seconds{60}}));
    send("a");
    runner->pause();
    send("b");
    EXPECT_THAT(batches(), ElementsAre("a"));
    answer({});
    EXPECT_EQ(left(), "b");
    runner->resume();
    home_.run_ready();
    home_.advance(Seconds{60});
    EXPECT_THAT(batches(), ElementsAre("b"));
}

TEST_F(QueueRunnerTest, WhatIsUnderWayWhenItsMappingGoesIsFinished) {
    begin(with({.batch_size = 2, .window = Seconds{60}}));
    send("abc");
    EXPECT_THAT(batches(), ElementsAre("ab"));
    bool gone = false;
    EXPECT_TRUE(runner->leave([&] { gone = true; }));
    EXPECT_THAT(batches(), ElementsAre("ab", "c")) << "its window waits no longer";
    send("d");
    answer({});
    EXPECT_EQ(left(), "cd") << "what succeeded is deleted";
    EXPECT_FALSE(gone);
    answer({});
    EXPECT_EQ(left(), "d");
    EXPECT_TRUE(gone);
}

TEST_F(QueueRunnerTest, WhatTheFunctionWasTooBusyForIsNotOfferedWhenItsMappingIsGone) {
    begin(with({.batch_size = 1}));
    send("ab");
    answer(refused(throttled("ConcurrentInvocationLimitExceeded")));
    bool gone = false;
    EXPECT_TRUE(runner->leave([&] { gone = true; }));
    answer(refused(throttled("ConcurrentInvocationLimitExceeded")));
    EXPECT_TRUE(gone);
    home_.advance(Seconds{2});
    EXPECT_TRUE(running.empty());
}

TEST_F(QueueRunnerTest, WithNothingUnderWayItMayGoAtOnce) {
    begin(with({.batch_size = 2}));
    EXPECT_FALSE(runner->leave([] {}));
}

TEST_F(QueueRunnerTest, MessagesAreHiddenForLongEnough) {
    begin(with({.batch_size = 10}));
    send("a");
    EXPECT_EQ(queues.last_visibility(), Seconds{30}) << "the queue's own";
    timeout = Seconds{31};
    send("b");
    EXPECT_EQ(queues.last_visibility(), Seconds{61}) << "timeout and half a minute";
}

TEST_F(QueueRunnerTest, AThrottledBatchIsOfferedAgainWhileItIsHidden) {
    begin(with({.batch_size = 10}));
    send("a");
    answer(refused({.code = "TooManyRequestsException"}));
    EXPECT_THAT(batches(), IsEmpty());
    home_.advance(Milliseconds{100});
    EXPECT_THAT(batches(), ElementsAre("a"));
    for (int i = 0; i < 20 && !running.empty(); ++i) {
        answer(refused({.code = "TooManyRequestsException"}));
        home_.advance(Seconds{10});
    }
    EXPECT_THAT(batches(), IsEmpty()) << "let go before it shows up again";
    EXPECT_EQ(left(), "a");
}

TEST_F(QueueRunnerTest, WhatWaitsForTheFunctionIsOfferedWhenAnotherBatchEnds) {
    begin(with({.batch_size = 1}));
    send("abc");
    answer(refused({.code = "TooManyRequestsException"}));
    send("d");
    EXPECT_THAT(batches(), ElementsAre("b", "c")) << "no more are received while one waits";
    answer({});
    home_.run_ready();
    EXPECT_THAT(batches(), ElementsAre("c", "a")) << "without a pause";
    answer({});
    home_.run_ready();
    EXPECT_THAT(batches(), ElementsAre("a", "d"));
}

TEST_F(QueueRunnerTest, CountsEventsWhenItIsAskedTo) {
    Mapping mapping = with({.batch_size = 10, .report_failures = true});
    mapping.counts_events = true;
    mapping.filters = {R"({"body":[{"anything-but":"x"}]})"};
    begin(mapping);
    send("a");
    EXPECT_EQ(metrics.last.dimensions.begin()->first, "EventSourceMappingUUID");
    answer({});
    send("x");
    queues.send(kQueue, "b", [](const Result<>&) {});
    send("c");
    ASSERT_THAT(batches(), ElementsAre("bc"));
    answer({.payload = R"({"batchItemFailures":[{"itemIdentifier":"id-4"}]})"});
    send("d");
    answer({.refused = too_many_requests("busy")});
    home_.advance(Seconds{1});
    ASSERT_THAT(batches(), ElementsAre("d")) << "offered again";
    answer({.function_error = true});
    EXPECT_EQ(metrics.sums, (std::map<std::string, double>{{"PolledEventCount", 5},
                                                           {"FilteredOutEventCount", 1},
                                                           {"InvokedEventCount", 5},
                                                           {"FailedInvokeEventCount", 3},
                                                           {"DeletedEventCount", 2}}));
}

TEST_F(QueueRunnerTest, CountsNothingUnasked) {
    begin(with({.batch_size = 10}));
    send("a");
    answer({});
    EXPECT_THAT(metrics.sums, IsEmpty());
}

}  // namespace
}  // namespace millrace::lambda
