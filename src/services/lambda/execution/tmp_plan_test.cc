#include "services/lambda/execution/tmp_plan.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <unistd.h>

#include "base/units.h"

namespace millrace::lambda {
namespace {

using ::testing::Contains;
using ::testing::Not;

class TmpPlanTest : public ::testing::Test {
  protected:
    TmpPlanTest() { std::filesystem::create_directories(folder_ / "real"); }
    ~TmpPlanTest() override {
        std::filesystem::remove_all(folder_);
        std::filesystem::remove(link_);
    }
    [[nodiscard]] std::vector<std::string> shown(const std::vector<std::string>& needed) const {
        return plan_tmp(function_, needed).value().shown;
    }

    const std::string name_ = "millrace-tmp-plan-" + std::to_string(::getpid());
    const std::filesystem::path folder_ = "/tmp/" + name_;
    const std::filesystem::path link_ = "/tmp/" + name_ + "-link";
    Function function_;
};

TEST_F(TmpPlanTest, WhatLeadsToWhatIsNeededShowsThrough) {
    EXPECT_THAT(shown({"/tmp/" + name_ + "/real/bootstrap", "/usr/bin/python3", ""}), Contains(name_));
    EXPECT_THAT(shown({"/usr/bin/python3", "/tmpfs/" + name_, "relative/tmp/x"}), Not(Contains(name_)));
    EXPECT_THAT(shown({"/var/../tmp/./" + name_ + "/x"}), Contains(name_));
}

TEST_F(TmpPlanTest, ALinkAndWhereItLeadsBothDo) {
    std::filesystem::create_directory_symlink(folder_ / "real", link_);
    EXPECT_THAT(shown({link_ / "python3"}), ::testing::IsSupersetOf({name_, name_ + "-link"}));
    // An environment of Python below /tmp, whose interpreter is a link to that of the machine.
    std::filesystem::create_symlink("/bin/sh", folder_ / "python3");
    EXPECT_THAT(shown({folder_ / "python3"}), Contains(name_));
}

TEST_F(TmpPlanTest, SoDoPathsInTheEnvironment) {
    function_.environment = {
        {"OUT", "/tmp/a/out.json"}, {"PYTHONPATH", "/opt/x:/tmp/b/lib:/tmp/c"}, {"TEXT", "see /tmp/d"}};
    EXPECT_THAT(shown({}), ::testing::IsSupersetOf({"a", "b", "c"}));
    EXPECT_THAT(shown({}), Not(Contains("d")));
}

TEST_F(TmpPlanTest, CodeThatIsAllOfTmpHasTheMachines) {
    EXPECT_FALSE(plan_tmp(function_, {"/usr/bin/python3", "/tmp"}));
    EXPECT_FALSE(plan_tmp(function_, {"/tmp/"}));
}

TEST_F(TmpPlanTest, HasTheSizeThatTheFunctionAsksFor) {
    function_.ephemeral_storage_mb = 1'024;
    EXPECT_EQ(plan_tmp(function_, {})->bytes, 1'024_MiB);
}

}  // namespace
}  // namespace millrace::lambda
