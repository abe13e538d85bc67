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
        std::filesystem::remove_all(link_);
    }
    [[nodiscard]] std::vector<std::string> shown(const std::vector<std::string>& needed) const {
        return plan_tmp(function_, "/", needed).value().shown;
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

TEST_F(TmpPlanTest, SoDoesWhatLinksInLocalCodeLeadTo) {
    const auto code = folder_ / "code";
    std::filesystem::create_directories(code / "node_modules/@scope");
    std::filesystem::create_directories(link_ / "package");
    std::filesystem::create_directory_symlink(link_ / "package", code / "node_modules/@scope/package");
    const std::string name = link_.filename();
    EXPECT_THAT(plan_tmp(function_, code, {})->shown, Not(Contains(name)));
    function_.code.kind = CodeReference::Kind::kLocal;
    EXPECT_THAT(plan_tmp(function_, code, {})->shown, ::testing::IsSupersetOf({name_, name}));
}

TEST_F(TmpPlanTest, WhoseEnvironmentNamesAPathInItHasTheMachines) {
    const auto own = [&](const std::string& value) {
        function_.environment = {{"ANY", value}};
        return plan_tmp(function_, "/", {}).has_value();
    };
    for (const std::string value : {"/tmp/x", "/tmp/a/out.json", "/opt/x:/tmp/b/lib", R"({"out":"/tmp/x"})",
                                    "file:///tmp/%s", "sqlite:////tmp/x.db", "--out=/tmp/x", "/tmp", "/tmp/"})
        EXPECT_FALSE(own(value)) << value;
    for (const std::string value : {"/var/tmp/x", "/tmpfs/x", "a/tmp/x", ""})
        EXPECT_TRUE(own(value)) << value;
    function_.environment = {{"HOME", "/tmp"}, {"TMPDIR", "/tmp/"}};
    EXPECT_TRUE(plan_tmp(function_, "/", {}));
    function_.environment = {{"HOME", "/tmp/x"}};
    EXPECT_FALSE(plan_tmp(function_, "/", {}));
}

TEST_F(TmpPlanTest, CodeThatIsAllOfTmpHasTheMachines) {
    EXPECT_FALSE(plan_tmp(function_, "/", {"/usr/bin/python3", "/tmp"}));
    EXPECT_FALSE(plan_tmp(function_, "/tmp/", {}));
}

TEST_F(TmpPlanTest, HasTheSizeThatTheFunctionAsksFor) {
    function_.ephemeral_storage_mb = 1'024;
    EXPECT_EQ(plan_tmp(function_, "/", {})->bytes, 1'024_MiB);
}

}  // namespace
}  // namespace millrace::lambda
