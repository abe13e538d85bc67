#include "services/lambda/execution/interpreters.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/manual_executor.h"
#include "files/helpers.h"
#include "files/posix_file_system.h"

namespace millrace::lambda {
namespace {

class InterpretersTest : public ::testing::Test {
  protected:
    std::string path(const std::string& name) const { return files::join(folder_.path(), name); }

    void install(const std::string& name, const std::string& script) {
        ASSERT_TRUE(files::write_file(files_, path(name), "#!/bin/sh\n" + script, 0755));
    }

    auto find(const std::string& runtime) {
        auto answer = std::make_shared<std::optional<std::expected<Interpreter, RuntimeFailure>>>();
        interpreters_.find(runtime, [answer](auto found) { *answer = std::move(found); });
        return answer;
    }

    files::PosixFileSystem files_;
    files::TemporaryDirectory folder_;
    ManualClock clock_;
    ManualExecutor executor_{clock_};
    Interpreters interpreters_{folder_.path(), executor_, executor_};
};

// Each of a burst of launches asked by itself, and an ending server waited for all of them.
TEST_F(InterpretersTest, ABurstOfLaunchesAsksOnce) {
    install("node", fmt::format("echo asked >>{}\necho {}\n", path("asked"), path("node")));
    const auto first = find("nodejs22.x"), second = find("nodejs22.x");
    executor_.run_ready();
    ASSERT_TRUE(*first && *second);
    EXPECT_EQ((**first)->program, path("node"));
    EXPECT_EQ((**second)->program, path("node"));
    const auto third = find("nodejs22.x");
    ASSERT_TRUE(*third) << "what was found is kept";
    EXPECT_EQ(files::read_file(files_, path("asked")), "asked\n");
}

TEST_F(InterpretersTest, WhatIsMissingIsLookedForAgain) {
    const auto before = find("nodejs22.x");
    executor_.run_ready();
    ASSERT_TRUE(*before);
    EXPECT_FALSE((*before)->has_value());
    install("node", fmt::format("echo {}\n", path("node")));
    const auto after = find("nodejs22.x");
    executor_.run_ready();
    EXPECT_TRUE(*after && (*after)->has_value());
}

TEST_F(InterpretersTest, JavaOfAnotherVersionIsSaid) {
    ASSERT_TRUE(files::create_directories(files_, path("bin")));
    install("bin/java", "");
    ASSERT_TRUE(files::write_file(files_, path("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"17.0.15\"\n"));
    Interpreters interpreters(path("bin"), executor_, executor_);
    std::map<std::string, std::string> warnings;
    for (const std::string runtime : {"java17", "java17.al2023", "java21"}) {
        interpreters.find(runtime, [&warnings, runtime](auto found) { warnings[runtime] = found->warning; });
    }
    executor_.run_ready();
    EXPECT_EQ(warnings["java17"], "");
    EXPECT_EQ(warnings["java17.al2023"], "");
    EXPECT_EQ(
        warnings["java21"],
        "Millrace: java21 is not installed on this machine; running the function with " + path("bin/java"));
}

TEST_F(InterpretersTest, WithoutJavaItsPackageIsNamed) {
    const auto answer = find("java21");
    executor_.run_ready();
    ASSERT_TRUE(*answer && !(*answer)->has_value());
    EXPECT_EQ(
        (*answer)->error().words,
        "java is not installed on this machine and runs the functions of java21; on Debian: apt-get install "
        "default-jre-headless");
}

}  // namespace
}  // namespace millrace::lambda
