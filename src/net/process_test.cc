#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

#include "net/line_splitter.h"
#include "net/process_fixture.h"

namespace millrace::net {
namespace {

std::vector<std::string> split(std::string_view input, std::size_t piece, std::size_t line_bytes_max) {
    LineSplitter splitter(line_bytes_max);
    std::vector<std::string> lines;
    const auto on_line = [&](std::string_view line) { lines.emplace_back(line); };
    for (; !input.empty(); input.remove_prefix(std::min(piece, input.size()))) {
        splitter.feed(input.substr(0, piece), on_line);
    }
    splitter.finish(on_line);
    return lines;
}

TEST(LineSplitter, CutsLinesHoweverTheyArrive) {
    const std::vector<std::string> expected{"a", "", "bc", "1234", "5678", "1234", "4321", "5", "rest"};
    for (std::size_t piece = 1; piece < 30; ++piece) {
        EXPECT_EQ(split("a\n\nbc\r\n12345678\n1234\n43215\nrest", piece, 4), expected) << piece;
    }
}

bool is_gone(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    std::getline(file, text);
    const auto after_name = text.rfind(") ");
    return after_name == std::string::npos || text[after_name + 2] == 'Z';
}

bool goes_away(pid_t pid) {
    for (int i = 0; i < 500 && !is_gone(pid); ++i) std::this_thread::sleep_for(Milliseconds{10});
    return is_gone(pid);
}

using Lines = std::vector<std::string>;

TEST_F(ProcessTest, LinesOfBothStreamsAndTheExitCode) {
    ASSERT_TRUE(shell("echo one; echo problem >&2; echo; printf 'no end'; exit 3"));
    loop_.run();
    EXPECT_EQ(out_, (Lines{"one", "", "no end"}));
    EXPECT_EQ(err_, Lines{"problem"});
    EXPECT_EQ(exit_->code, 3);
    EXPECT_EQ(exit_->describe(), "exit status 3");
    EXPECT_GT(exit_->max_rss_bytes, 0u);
}

TEST_F(ProcessTest, EnvironmentDirectoryAndArgumentsAreWhatWasGiven) {
    ASSERT_TRUE(start({"/bin/sh", "-c", "echo $A; pwd; echo \"$0\"; env | grep -c .", "first arg"},
                      {.env = {"A=b c", "PATH=/usr/bin:/bin"}, .cwd = "/usr"}));
    loop_.run();
    // sh adds PWD, and env sees it.
    EXPECT_EQ(out_, (Lines{"b c", "/usr", "first arg", "3"}));
}

TEST_F(ProcessTest, SignalsAreTold) {
    ASSERT_TRUE(shell("kill -SEGV $$"));
    loop_.run();
    EXPECT_FALSE(exit_->code);
    EXPECT_EQ(exit_->signal, SIGSEGV);
    EXPECT_EQ(exit_->describe(), "signal 11 (Segmentation fault)");
}

TEST_F(ProcessTest, FailuresSayWhichStepAndWhy) {
    const auto message = [&](std::vector<std::string> argv, ProcessOptions options = {}) {
        const auto result = start(std::move(argv), std::move(options));
        return result ? std::string("started") : result.error().message;
    };
    EXPECT_EQ(message({"/no/such/program"}),
              "cannot start \"/no/such/program\": cannot run it: No such file or directory");
    EXPECT_EQ(message({"no-such-program"}),
              "cannot start \"no-such-program\": cannot run it: No such file or directory");
    EXPECT_EQ(message({"/usr"}), "cannot start \"/usr\": cannot run it: Permission denied");
    EXPECT_EQ(message({"true"}, {.cwd = "/no/such/directory"}),
              "cannot start \"/usr/bin/true\": cannot enter its directory: No such file or directory");
    EXPECT_EQ(message({}), "there is no program to run");
    const std::string script = testing::TempDir() + "script-of-" + std::to_string(::getpid());
    std::ofstream(script) << "#!/bin/sh\r\nexit 0\r\n";
    std::filesystem::permissions(script, std::filesystem::perms::owner_all);
    EXPECT_EQ(message({script}),
              "cannot start \"" + script +
                  "\": cannot run it: No such file or directory (the interpreter that it names)");
    std::filesystem::remove(script);
}

TEST_F(ProcessTest, NothingOfOursIsInherited) {
    const OwnedFd leaky(::open("/dev/null", O_RDONLY));
    ::signal(SIGPIPE, SIG_IGN);
    ASSERT_TRUE(
        shell("ls /proc/self/fd | wc -l; grep -E 'SigIgn|SigBlk' /proc/self/status; ps -o pgid= -p $$ | tr "
              "-d ' '"));
    const pid_t pid = process_->pid();
    loop_.run();
    ::signal(SIGPIPE, SIG_DFL);
    // 0, 1, 2 and the directory ls reads.
    EXPECT_EQ(out_,
              (Lines{"4", "SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000", std::to_string(pid)}));
}

TEST_F(ProcessTest, LimitsAreSet) {
    ASSERT_TRUE(shell("ulimit -n; ulimit -c", {.limits = {.open_files = 77}}));
    loop_.run();
    EXPECT_EQ(out_, (Lines{"77", "0"}));
}

TEST_F(ProcessTest, LongLinesComeInPieces) {
    ASSERT_TRUE(shell("head -c 600000 /dev/zero | tr '\\0' x; echo; echo end"));
    loop_.run();
    ASSERT_EQ(out_.size(), 4u);
    EXPECT_EQ(out_[0].size(), kOutputLineBytesMax);
    EXPECT_EQ(out_[0].size() + out_[1].size() + out_[2].size(), 600'000u);
    EXPECT_EQ(out_[3], "end");
}

TEST_F(ProcessTest, WhatWasLeftBehindIsKilled) {
    ASSERT_TRUE(shell("for i in 1 2 3; do sleep 1000 & echo $!; done; exit 0"));
    const auto start = std::chrono::steady_clock::now();
    loop_.run();
    EXPECT_LT(std::chrono::steady_clock::now() - start, Seconds{5});
    EXPECT_EQ(exit_->code, 0);
    ASSERT_EQ(out_.size(), 3u);
    for (const std::string& pid : out_) EXPECT_TRUE(goes_away(std::stoi(pid)));
}

TEST_F(ProcessTest, AProcessThatLeftTheGroupDoesNotHoldTheExitBack) {
    ASSERT_TRUE(shell("setsid sleep 1000 & echo $!; sleep 0.2"));
    const auto start = std::chrono::steady_clock::now();
    loop_.run();
    EXPECT_LT(std::chrono::steady_clock::now() - start, Seconds{5});
    EXPECT_EQ(exit_->code, 0);
    ::kill(std::stoi(out_.at(0)), SIGKILL);
}

TEST_F(ProcessTest, WhoLeftTheGroupIsKilledByItsMark) {
    const std::string mark = "MARK=" + std::to_string(::getpid());
    const std::vector<std::string> env{"PATH=/usr/bin:/bin", mark};
    ASSERT_TRUE(
        shell("setsid sleep 1000 >/dev/null 2>&1 & echo $!; MARK=${MARK}0 setsid sleep 1000 >/dev/null "
              "2>&1 & echo $!; sleep 0.2",
              {.env = env, .mark = mark}));
    loop_.run();
    ASSERT_EQ(out_.size(), 2u);
    EXPECT_TRUE(goes_away(std::stoi(out_[0])));
    EXPECT_FALSE(is_gone(std::stoi(out_[1]))) << "its mark is another";
    ::kill(std::stoi(out_[1]), SIGKILL);
}

TEST_F(ProcessTest, TerminateIsPolite) {
    ASSERT_TRUE(shell("trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.01; done"));
    on_line_ = [&](std::string_view line) {
        if (line == "ready") process_->terminate();
    };
    loop_.run();
    EXPECT_EQ(out_, (Lines{"ready", "bye"}));
    EXPECT_EQ(exit_->code, 5);
}

TEST_F(ProcessTest, WhoIgnoresTermIsKilled) {
    ASSERT_TRUE(shell("trap '' TERM; echo ready; while :; do sleep 0.01; done"));
    on_line_ = [&](std::string_view line) {
        if (line == "ready") process_->terminate(Milliseconds{50});
    };
    loop_.run();
    EXPECT_EQ(exit_->signal, SIGKILL);
}

TEST_F(ProcessTest, DestroyingItKillsTheGroup) {
    ASSERT_TRUE(shell("sleep 1000 & echo $!; wait"));
    const pid_t pid = process_->pid();
    on_line_ = [&](std::string_view) { loop_.stop(); };
    loop_.run();
    process_.reset();
    EXPECT_TRUE(is_gone(pid));
    EXPECT_TRUE(goes_away(std::stoi(out_.at(0))));
    EXPECT_FALSE(exit_);
}

TEST_F(ProcessTest, AFloodWaitsWhileItsOutputIsPaused) {
    constexpr std::size_t kLines = 200'000;
    ASSERT_TRUE(shell("seq 1 " + std::to_string(kLines)));
    bool paused = false;
    on_line_ = [&](std::string_view) {
        if (!std::exchange(paused, true)) process_->pause_output();
    };
    loop_.run_after(Milliseconds{100}, [&] {
        EXPECT_LT(out_.size(), Loop::kScratchBytes / 2);
        EXPECT_TRUE(process_->running());
        process_->resume_output();
    });
    loop_.run();
    ASSERT_EQ(out_.size(), kLines);
    EXPECT_EQ(out_.back(), std::to_string(kLines));
}

TEST_F(ProcessTest, TheExitWaitsForPausedOutput) {
    ASSERT_TRUE(shell("echo last words"));
    process_->pause_output();
    loop_.run_after(kDrainMax + Milliseconds{100}, [&] {
        EXPECT_FALSE(process_->running());
        EXPECT_FALSE(exit_);
        process_->resume_output();
    });
    loop_.run();
    EXPECT_EQ(out_, Lines{"last words"});
    EXPECT_EQ(exit_->code, 0);
}

TEST_F(ProcessTest, TellsItsMemory) {
    ASSERT_TRUE(shell("echo ready; sleep 1000"));
    std::optional<ProcessMemory> memory;
    on_line_ = [&](std::string_view) {
        memory = process_->memory();
        process_->kill();
    };
    loop_.run();
    ASSERT_TRUE(memory);
    EXPECT_GT(memory->resident_bytes, 100'000u);
    EXPECT_GE(memory->peak_bytes, memory->resident_bytes);
}

/// Run by TheGroupDiesWithAKilledParent in a process of its own.
TEST(ParentToBeKilled, DISABLED_SpawnsAndWaits) {
    Loop loop;
    const std::string mark = "MARK=" + std::to_string(::getpid());
    const auto process =
        Process::spawn(loop,
                       {.argv = {"/bin/sh", "-c",
                                 "echo $$; sleep 1000 & echo $!; setsid sleep 1000 >&- 2>&- & echo $!; wait"},
                        .env = {"PATH=/usr/bin:/bin", mark},
                        .cwd = {},
                        .limits = {},
                        .mark = mark},
                       {.on_line =
                            [](OutputStream, std::string_view line) {
                                std::printf("pid %.*s\n", static_cast<int>(line.size()), line.data());
                                std::fflush(stdout);
                            },
                        .on_exit = nullptr});
    ASSERT_TRUE(process);
    loop.run();
}

TEST_F(ProcessTest, TheGroupDiesWithAKilledParent) {
    std::vector<pid_t> pids;
    on_line_ = [&](std::string_view line) {
        if (!line.starts_with("pid ")) return;
        pids.push_back(std::stoi(std::string(line.substr(4))));
        if (pids.size() < 3) return;
        std::this_thread::sleep_for(Milliseconds{100});  // setsid has done its work
        ::kill(process_->pid(), SIGKILL);
    };
    ASSERT_TRUE(
        start({"/proc/self/exe", "--gtest_also_run_disabled_tests", "--gtest_filter=ParentToBeKilled.*"}));
    loop_.run();
    EXPECT_EQ(exit_->signal, SIGKILL);
    ASSERT_EQ(pids.size(), 3u);
    for (const pid_t pid : pids) EXPECT_TRUE(goes_away(pid)) << pid;
}

TEST_F(ProcessTest, ManyOneAfterAnother) {
    int left = 100;
    std::move_only_function<void()> next = [&] {
        if (left-- == 0) return loop_.stop();
        process_ = Process::spawn(loop_, {.argv = {"/bin/true"}, .env = {}, .cwd = {}, .limits = {}},
                                  {.on_line = nullptr,
                                   .on_exit =
                                       [&](ProcessExit exit) {
                                           EXPECT_EQ(exit.code, 0);
                                           loop_.post([&] { next(); });
                                       }})
                       .value();
    };
    next();
    loop_.run();
}

}  // namespace
}  // namespace millrace::net
