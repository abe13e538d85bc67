#include "net/private_tmp.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <unistd.h>

#include "net/process_fixture.h"

namespace millrace::net {
namespace {

class PrivateTmpTest : public ProcessTest {
  protected:
    PrivateTmpTest() {
        EXPECT_TRUE(std::filesystem::create_directory("/tmp/" + shown_));
        EXPECT_EQ(std::system(("echo ours >/tmp/" + shown_ + "/file").c_str()), 0);
    }
    void SetUp() override {
        const auto left = lines_of("ls -d /tmp/" + shown_ + " 2>&-", {.bytes = 1'048'576});
        if (!left.empty()) GTEST_SKIP() << "this system lets no process have a /tmp of its own";
    }
    ~PrivateTmpTest() override { std::filesystem::remove_all("/tmp/" + shown_); }

    std::vector<std::string> lines_of(const std::string& script, PrivateTmp tmp) {
        std::vector<std::string> lines;
        on_line_ = [&](std::string_view line) { lines.emplace_back(line); };
        EXPECT_TRUE(start({"/bin/sh", "-c", script},
                          {.argv = {}, .env = {}, .cwd = {}, .limits = {}, .tmp = std::move(tmp)}));
        loop_.run();
        return lines;
    }

    const std::string shown_ = "millrace-shown-" + std::to_string(::getpid());
};

TEST_F(PrivateTmpTest, IsEmptyAndGoesWithItsProcess) {
    const std::string file = "/tmp/millrace-private-" + std::to_string(::getpid());
    EXPECT_THAT(lines_of("ls -A /tmp; echo x >" + file + "; cat " + file, {.bytes = 1'048'576}),
                testing::ElementsAre("x"));
    EXPECT_FALSE(std::filesystem::exists(file));
    EXPECT_THAT(lines_of("ls -A /tmp", {.bytes = 1'048'576}), testing::IsEmpty());
}

TEST_F(PrivateTmpTest, HasItsSize) {
    const auto fill = [&](int kib) {
        return lines_of(
            "dd if=/dev/zero of=/tmp/x bs=1024 count=" + std::to_string(kib) + " 2>/dev/null; echo $?",
            {.bytes = 1'048'576});
    };
    EXPECT_THAT(fill(1'024), testing::ElementsAre("0"));
    EXPECT_THAT(fill(1'025), testing::ElementsAre("1"));
}

TEST_F(PrivateTmpTest, FoldersShowThrough) {
    EXPECT_THAT(lines_of("ls -A /tmp; cat /tmp/" + shown_ + "/file; echo theirs >/tmp/" + shown_ + "/file",
                         {.bytes = 1'048'576, .shown = {shown_, "millrace-is-not-there"}}),
                testing::ElementsAre(shown_, "ours"));
    std::ifstream file("/tmp/" + shown_ + "/file");
    std::string line;
    std::getline(file, line);
    EXPECT_EQ(line, "theirs");
}

TEST_F(PrivateTmpTest, IsThatOfAnotherProcess) {
    std::unique_ptr<Process> first;
    std::unique_ptr<Process> second;
    std::string seen;
    const auto spawn = [&](const std::string& script, PrivateTmp tmp,
                           std::move_only_function<void(std::string_view)> on_line) {
        auto process =
            Process::spawn(loop_,
                           {.argv = {"/bin/sh", "-c", script},
                            .env = {"PATH=/usr/bin:/bin"},
                            .cwd = {},
                            .limits = {},
                            .tmp = std::move(tmp)},
                           {.on_line = [on_line = std::move(on_line)](
                                           OutputStream, std::string_view line) mutable { on_line(line); },
                            .on_exit = [](ProcessExit) {}});
        return process ? std::move(*process) : nullptr;
    };
    first = spawn("echo first >/tmp/x; echo ready; sleep 1000", {.bytes = 1'048'576}, [&](std::string_view) {
        loop_.post([&] {
            second = spawn("cat /tmp/x", {.same_as = first->tmp()}, [&](std::string_view line) {
                seen = line;
                loop_.stop();
            });
        });
    });
    loop_.run();
    EXPECT_EQ(seen, "first");
}

TEST_F(PrivateTmpTest, IsKeptForTheNextAfterItsProcessIsGone) {
    EXPECT_TRUE(
        start({"/bin/sh", "-c", "echo first >/tmp/x; exit 1"},
              {.argv = {}, .env = {}, .cwd = {}, .limits = {}, .tmp = PrivateTmp{.bytes = 1'048'576}}));
    const auto kept = process_->tmp();
    loop_.run();
    ASSERT_TRUE(kept);
    EXPECT_THAT(lines_of("cat /tmp/x", {.same_as = kept}), testing::ElementsAre("first"));
}

}  // namespace
}  // namespace millrace::net
