#include "services/lambda/execution/pool.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/manual_executor.h"
#include "files/helpers.h"
#include "files/posix_file_system.h"
#include "services/lambda/execution/invoker.h"

namespace millrace::lambda {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::EndsWith;
using ::testing::HasSubstr;

// Processes that exist in the test's imagination: each speaks the Runtime API when it is told to.
class FakeHost final : public SandboxHost {
  public:
    struct Process {
        http::Handler handler;
        ProcessEvents* events = nullptr;
        std::string parked;  ///< request id of the invocation it got
        bool killed = false;
        KeptTmp tmp;
    };

    Result<std::unique_ptr<HostedProcess>> start(ProcessSpec spec, ProcessEvents& events) override {
        if (cannot_start) return fail(ErrorCode::kNotFound, "cannot enter its directory");
        processes.back()->events = &events;
        if (spec.tmp) processes.back()->tmp = spec.tmp->same_as ? spec.tmp->same_as : std::make_shared<int>();
        return std::make_unique<Hosted>(*this, *processes.back());
    }
    Result<std::unique_ptr<HostedListener>> listen(http::Handler handler,
                                                   std::function<bool(const http::Headers&)>) override {
        processes.push_back(std::make_unique<Process>());
        processes.back()->handler = std::move(handler);
        return std::make_unique<Listener>();
    }

    void post(std::uint16_t, const std::string&, std::string,
              std::move_only_function<void(bool delivered)>) override {}

    void next(std::size_t index) {
        Process& process = *processes[index];
        process.handler({.method = "GET", .target = "/2018-06-01/runtime/invocation/next"},
                        [&process](const http::Response& response) {
                            process.parked = response.headers.get("Lambda-Runtime-Aws-Request-Id");
                        });
    }
    int respond(std::size_t index, std::string body) {
        Process& process = *processes[index];
        int status = 0;
        process.handler({.method = "POST",
                         .target = "/2018-06-01/runtime/invocation/" + process.parked + "/response",
                         .body = std::move(body)},
                        [&](const http::Response& response) { status = response.status; });
        return status;
    }
    void end(std::size_t index, ProcessEnd how) { processes[index]->events->on_end(how); }
    void end_killed() {
        for (const auto& process : processes) {
            if (process->killed && process->events != nullptr) {
                std::exchange(process->events, nullptr)->on_end({.signaled = true, .code = 9});
            }
        }
    }

    std::vector<std::unique_ptr<Process>> processes;
    bool cannot_start = false;
    std::uint64_t resident = 0;
    int measured = 0;  ///< how often memory was asked for

  private:
    struct Hosted final : HostedProcess {
        Hosted(FakeHost& owner, Process& it) : host(owner), process(it) {}
        ~Hosted() override { process.events = nullptr; }
        void kill() override { process.killed = true; }
        void flush_output() override {}
        KeptTmp tmp() const override { return process.tmp; }
        Memory memory(bool) const override {
            ++host.measured;
            return {.resident = host.resident, .peak = host.resident};
        }
        FakeHost& host;
        Process& process;
    };
    struct Listener final : HostedListener {
        std::string address() const override { return "127.0.0.1:1"; }
    };
};

class LogTexts final : public ports::LogSink {
  public:
    void write(ports::LogLine line) override { texts.push_back(std::move(line.text)); }
    std::vector<std::string> texts;
};

class PoolTest : public ::testing::Test {
  protected:
    PoolTest() {
        EXPECT_TRUE(code_.open());
        function_.scope = {.account = "000000000000", .region = "us-east-1"};
        function_.name = "f";
        function_.runtime = "provided.al2023";
        function_.code = {.kind = CodeReference::Kind::kLocal, .path = directory_.path() + "/task"};
        std::filesystem::create_directories(function_.code.path);
        EXPECT_TRUE(files::write_file(files_, function_.code.path + "/bootstrap", "#!/bin/sh\n", 0755));
    }

    void open(PoolLimits limits = {}) {
        invoker_ = std::make_unique<Invoker>(SandboxDependencies{.home = home_,
                                                                 .clock = clock_,
                                                                 .random = random_,
                                                                 .logs = logs_,
                                                                 .host = host_,
                                                                 .settings = {.private_tmp = true}},
                                             code_, interpreters_, limits);
    }
    // The answer's place: its payload, "refused: <code>", or empty while there is none.
    std::string& invoke(const std::string& id, const std::string& function = "f") {
        Function copy = function_;
        copy.name = function;
        std::string& answer = answers_[id];
        invoker_->invoke(std::make_shared<const Function>(copy),
                         {.request_id = id, .payload = "{}", .done = [&answer](const InvokeResult& result) {
                              answer = result.refused ? "refused: " + result.refused->code : result.payload;
                          }});
        home_.run_ready();
        return answer;
    }
    void next(std::size_t index) {
        host_.next(index);
        home_.run_ready();
    }
    void reap() {
        host_.end_killed();
        home_.run_ready();
    }

    files::TemporaryDirectory directory_;
    files::PosixFileSystem files_;
    ManualClock clock_;
    ManualExecutor home_{clock_};
    SeededRandom random_{1};
    LogTexts logs_;
    FakeHost host_;
    CodeStore code_{files_, directory_.path() + "/data", home_, home_};
    Interpreters interpreters_{"", home_, home_};
    Function function_;
    std::map<std::string, std::string> answers_;
    std::unique_ptr<Invoker> invoker_;
};

TEST_F(PoolTest, AWarmProcessIsUsedAgain) {
    open();
    const std::string& first = invoke("1");
    next(0);
    EXPECT_EQ(host_.respond(0, "one"), 202);
    EXPECT_EQ(first, "one");
    next(0);
    invoke("2");
    EXPECT_EQ(host_.processes.size(), 1U);
    EXPECT_EQ(host_.processes[0]->parked, "2");
}

TEST_F(PoolTest, WhoReplacesAProcessThatCrashedOrTimedOutFindsItsTmp) {
    open();
    invoke("1");
    host_.end(0, {.code = 1});
    home_.run_ready();
    invoke("2");
    next(1);
    EXPECT_EQ(host_.processes[1]->tmp, host_.processes[0]->tmp);
    home_.advance(Seconds{3});  // it times out, and is not gone yet
    invoke("3");
    ASSERT_EQ(host_.processes.size(), 3U);
    EXPECT_EQ(host_.processes[2]->tmp, host_.processes[0]->tmp);
    invoke("4");
    ASSERT_EQ(host_.processes.size(), 4U);
    EXPECT_NE(host_.processes[3]->tmp, host_.processes[0]->tmp) << "one has it already";
}

TEST_F(PoolTest, ATmpInWhichNothingStartsIsNotTriedAgain) {
    open();
    invoke("1");
    host_.end(0, {.code = 1});
    home_.run_ready();
    host_.cannot_start = true;
    invoke("2");
    host_.cannot_start = false;
    invoke("3");
    EXPECT_NE(host_.processes[2]->tmp, host_.processes[0]->tmp);
}

TEST_F(PoolTest, ATmpIsNotKeptLongerThanAProcessThatIsIdle) {
    open();
    invoke("1");
    host_.end(0, {.code = 1});
    home_.run_ready();
    const std::weak_ptr<const void> left = std::exchange(host_.processes[0]->tmp, {});
    home_.advance(Seconds{5 * 60 - 1});
    EXPECT_FALSE(left.expired());
    home_.advance(Seconds{1});
    EXPECT_TRUE(left.expired());
}

TEST_F(PoolTest, WhatAChangedTreeOrAnIdleProcessLeavesIsGone) {
    open();
    invoke("1");
    next(0);
    host_.respond(0, "one");
    next(0);
    home_.advance(Seconds{5 * 60});
    reap();
    invoke("2");
    EXPECT_NE(host_.processes[1]->tmp, host_.processes[0]->tmp);
    host_.end(1, {.code = 1});
    home_.run_ready();
    EXPECT_TRUE(files::write_file(files_, function_.code.path + "/bootstrap", "#!/bin/bash\n", 0755));
    home_.advance(Seconds{5});
    invoke("3");
    EXPECT_NE(host_.processes[2]->tmp, host_.processes[1]->tmp);
}

TEST_F(PoolTest, AProcessThatJustAnsweredIsWaitedFor) {
    open();
    invoke("1");
    next(0);
    host_.respond(0, "one");
    const std::string& second = invoke("2");
    EXPECT_EQ(host_.processes.size(), 1U) << "it asks for the next invocation in a moment";
    next(0);
    host_.respond(0, "two");
    EXPECT_EQ(second, "two");

    invoke("3");
    home_.advance(Milliseconds{50});
    EXPECT_EQ(host_.processes.size(), 2U) << "but not for long";
}

TEST_F(PoolTest, ConcurrentInvocationsAreLimitedAndTheQueueIsBounded) {
    open({.sandboxes_per_function_max = 2, .waiting_max = 3});
    for (const char* id : {"1", "2", "3"}) invoke(id);
    EXPECT_EQ(host_.processes.size(), 2U);
    EXPECT_EQ(invoke("4"), "refused: TooManyRequestsException");
    next(0);
    next(1);
    EXPECT_EQ(host_.processes[0]->parked, "1");
    EXPECT_EQ(host_.processes[1]->parked, "2");
    host_.respond(1, "x");
    next(1);
    EXPECT_EQ(host_.processes[1]->parked, "3");
}

TEST_F(PoolTest, WhenAllProcessesAreTakenTheLongestIdleOneMakesRoom) {
    open({.sandboxes_max = 1});
    invoke("1", "f");
    next(0);
    host_.respond(0, "x");
    next(0);
    const std::string& other = invoke("2", "g");
    EXPECT_TRUE(host_.processes[0]->killed);
    reap();
    ASSERT_EQ(host_.processes.size(), 2U);
    next(1);
    host_.respond(1, "from g");
    EXPECT_EQ(other, "from g");
}

TEST_F(PoolTest, IdleProcessesEnd) {
    open({.idle_max = Seconds{60}});
    invoke("1");
    next(0);
    host_.respond(0, "x");
    next(0);
    home_.advance(Seconds{59});
    EXPECT_FALSE(host_.processes[0]->killed);
    home_.advance(Seconds{1});
    EXPECT_TRUE(host_.processes[0]->killed);
    reap();
    EXPECT_TRUE(home_.idle()) << "nothing is polled";
}

TEST_F(PoolTest, AChangedFunctionRetiresItsProcesses) {
    open();
    const std::string& running = invoke("1");
    next(0);
    invoker_->function_changed(std::make_shared<const Function>(function_));
    host_.respond(0, "old");
    EXPECT_EQ(running, "old");
    next(0);
    EXPECT_TRUE(host_.processes[0]->killed);
    reap();
    invoke("2");
    EXPECT_EQ(host_.processes.size(), 2U);
}

TEST_F(PoolTest, ADeletedFunctionFinishesWhatRunsAndRefusesWhatWaits) {
    open({.sandboxes_per_function_max = 1});
    const std::string& running = invoke("1");
    const std::string& waiting = invoke("2");
    next(0);
    invoker_->function_deleted(function_);
    EXPECT_EQ(waiting, "refused: ResourceNotFoundException");
    host_.respond(0, "done");
    EXPECT_EQ(running, "done");
    next(0);
    reap();
    EXPECT_TRUE(home_.idle());
}

TEST_F(PoolTest, TimeRunsOut) {
    open();
    const std::string& answer = invoke("1");
    next(0);
    home_.advance(Seconds{3});
    EXPECT_TRUE(host_.processes[0]->killed);
    EXPECT_EQ(
        answer,
        R"({"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 1 Error: Task timed out after 3.00 seconds"})");
}

TEST_F(PoolTest, TimeRunsOutAtTheStart) {
    open();
    const std::string& answer = invoke("1");
    home_.advance(Seconds{10});
    EXPECT_TRUE(host_.processes[0]->killed);
    EXPECT_THAT(answer, HasSubstr("Task timed out after 10.00 seconds"));
    EXPECT_THAT(logs_.texts, Contains(HasSubstr(" 1 Task timed out after 10.00 seconds")));
    EXPECT_THAT(logs_.texts.back(), AllOf(HasSubstr("REPORT RequestId: 1"), EndsWith("Status: timeout")));
}

TEST_F(PoolTest, ACrashLeavesTheMemoryThatWasMeasuredLast) {
    open();
    host_.resident = 64ULL * 1024 * 1024;
    invoke("1");
    next(0);
    host_.resident = 0;
    host_.end(0, {.code = 1});
    home_.run_ready();
    EXPECT_THAT(logs_.texts.back(),
                AllOf(HasSubstr("Max Memory Used: 64 MB"), EndsWith("Error Type: Runtime.ExitError")));
}

TEST_F(PoolTest, AProcessThatEndsBeforeItIsReadyFailsOneInvocation) {
    open();
    const std::string& answer = invoke("1");
    host_.end(0, {.code = 1});
    home_.run_ready();
    EXPECT_THAT(answer, HasSubstr("Runtime exited with error: exit status 1"));
    invoke("2");
    EXPECT_EQ(host_.processes.size(), 2U);
}

TEST_F(PoolTest, WrongIdsAndWrongMomentsAreRefused) {
    open();
    invoke("1");
    host_.processes[0]->parked = "1";
    EXPECT_EQ(host_.respond(0, "early"), 400);
    next(0);
    host_.processes[0]->parked = "other";
    EXPECT_EQ(host_.respond(0, "x"), 400);
    int status = 0;
    host_.processes[0]->handler({.method = "GET", .target = "/2018-06-01/runtime/invocation/next"},
                                [&](const http::Response& response) { status = response.status; });
    EXPECT_EQ(status, 403);
    host_.processes[0]->handler({.method = "GET", .target = "/nowhere"},
                                [&](const http::Response& response) { status = response.status; });
    EXPECT_EQ(status, 404);
}

TEST_F(PoolTest, AResponseThatIsTooLargeIsAFunctionError) {
    open();
    const std::string& answer = invoke("1");
    next(0);
    EXPECT_EQ(host_.respond(0, std::string(kResponseBytesMax + 1, 'x')), 413);
    EXPECT_THAT(answer, HasSubstr("Function.ResponseSizeTooLarge"));
    next(0);
    const std::string& fits = invoke("2");
    EXPECT_EQ(host_.respond(0, std::string(kResponseBytesMax, 'x')), 202);
    EXPECT_EQ(fits.size(), kResponseBytesMax);
}

TEST_F(PoolTest, TooMuchMemoryKills) {
    function_.timeout_seconds = 30;
    open();
    const std::string& answer = invoke("1");
    next(0);
    host_.resident = 129ULL * 1024 * 1024;
    home_.advance(Seconds{1});
    EXPECT_TRUE(host_.processes[0]->killed);
    reap();
    EXPECT_THAT(answer, HasSubstr("Runtime exited with error: signal: killed"));
}

TEST_F(PoolTest, BriefInvocationsAreMeasuredEveryTenMilliseconds) {
    open();
    invoke("first");
    next(0);
    host_.respond(0, "{}");
    next(0);
    const auto measured_in = [&](const std::string& id, Milliseconds duration) {
        host_.measured = 0;
        invoke(id);
        home_.advance(duration);
        host_.respond(0, "{}");
        next(0);
        return host_.measured;
    };
    EXPECT_EQ(measured_in("brief", Milliseconds{0}), 0);
    EXPECT_EQ(measured_in("longer", Milliseconds{1}), 1);
    home_.advance(Milliseconds{9});
    EXPECT_EQ(measured_in("brief again", Milliseconds{0}), 0);
    home_.advance(Milliseconds{1});
    EXPECT_EQ(measured_in("ten after the last", Milliseconds{0}), 1);
}

TEST_F(PoolTest, AtTheEndEverythingIsAnswered) {
    open({.sandboxes_per_function_max = 1});
    const std::string& running = invoke("1");
    const std::string& waiting = invoke("2");
    next(0);
    invoker_->kill_all();
    EXPECT_EQ(running, "refused: ServiceException");
    EXPECT_EQ(waiting, "refused: ServiceException");
}

TEST_F(PoolTest, TheEndWaitsForTheLastLinesOfProcesses) {
    open({.sandboxes_per_function_max = 1});
    const std::string& running = invoke("1");
    const std::string& waiting = invoke("2");
    const std::string& starting = invoke("3", "g");
    next(0);
    bool ended = false;
    invoker_->end([&] { ended = true; });
    home_.run_ready();
    EXPECT_EQ(running, "refused: ServiceException");
    EXPECT_EQ(waiting, "refused: ServiceException");
    EXPECT_EQ(starting, "refused: ServiceException");
    EXPECT_EQ(invoke("4"), "refused: ServiceException");
    EXPECT_FALSE(ended);
    reap();
    EXPECT_TRUE(ended);
}

TEST_F(PoolTest, TheEndWithoutProcessesComesAtOnceButNotInside) {
    open();
    bool ended = false;
    invoker_->end([&] { ended = true; });
    EXPECT_FALSE(ended);
    home_.run_ready();
    EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace millrace::lambda
