#include "cli/resource_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace millrace::cli {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::IsEmpty;
using testing::StartsWith;

codec::Json told(const std::string& name, const std::string& status, const std::string& reason = "") {
    return codec::JsonObject{{"LogicalResourceId", name},         {"PhysicalResourceId", name},
                             {"ResourceStatus", status},          {"ResourceStatusReason", reason},
                             {"ResourceType", "AWS::X::" + name}, {"StackId", "shop"}};
}

class ResourceTreeTest : public testing::Test {
  protected:
    ResourceTreeTest() {
        tree_.take({}, told("shop", "CREATE_IN_PROGRESS"));
        tree_.take({}, told("A", "CREATE_IN_PROGRESS"));
        tree_.take({}, told("Z", "CREATE_COMPLETE"));
        tree_.take({"A"}, told("B", "CREATE_IN_PROGRESS"));
        tree_.take({"A", "B"}, told("Q", "CREATE_FAILED", "the name\nis taken"));
    }
    Console console_{stderr};
    ResourceTree tree_;
};

TEST_F(ResourceTreeTest, NestedResourcesStandBelowTheirStack) {
    tree_.blame("A.B.Q: the name is taken");
    EXPECT_THAT(tree_.lines(console_),
                ElementsAre("A.B.Q: the name is taken",                                   //
                            "shop     CREATE_IN_PROGRESS  AWS::X::shop",                  //
                            "  A      CREATE_IN_PROGRESS  AWS::X::A",                     //
                            "    B    CREATE_IN_PROGRESS  AWS::X::B",                     //
                            "      Q  CREATE_FAILED       AWS::X::Q  the name is taken",  //
                            "  Z      CREATE_COMPLETE     AWS::X::Z"));
}

TEST_F(ResourceTreeTest, WhyItFailedStaysUntilAnotherReasonComes) {
    tree_.take({"A", "B"}, told("Q", "DELETE_COMPLETE"));
    EXPECT_EQ(tree_.lines(console_)[3], "      Q  DELETE_COMPLETE     AWS::X::Q  the name is taken");
    tree_.take({"A", "B"}, told("Q", "DELETE_FAILED", "not empty"));
    EXPECT_EQ(tree_.lines(console_)[3], "      Q  DELETE_FAILED       AWS::X::Q  not empty");
}

TEST_F(ResourceTreeTest, WhatIsCompleteGivesWayToTheRest) {
    const TerminalSize room{.columns = 30, .lines = 5};
    EXPECT_THAT(tree_.lines(console_, room),
                ElementsAre("shop     CREATE_IN_PROGRESS  A", "  A      CREATE_IN_PROGRESS  A",
                            "    B    CREATE_IN_PROGRESS  A", "      Q  CREATE_FAILED       A"));
    EXPECT_THAT(tree_.lines(console_, TerminalSize{.columns = 3, .lines = 2}), ElementsAre("sho"));
    EXPECT_THAT(tree_.lines(console_, TerminalSize{.columns = 3, .lines = 1}), IsEmpty());
}

TEST_F(ResourceTreeTest, LongNamesLeaveRoomForStatuses) {
    tree_.take({"A"}, told("CustomAutoDeleteObjectsProviderHandler9D90184F", "CREATE_IN_PROGRESS"));
    tree_.take({"A"}, told("CustomAutoDeleteObjectsProviderHandlerA1B2C3D4", "CREATE_FAILED"));
    const auto lines = tree_.lines(console_, TerminalSize{.columns = 50, .lines = 24});
    EXPECT_THAT(lines, Contains("    CustomAuto…Handler9D90184F  CREATE_IN_PROGRESS"));
    EXPECT_THAT(lines, Contains("    CustomAuto…HandlerA1B2C3D4  CREATE_FAILED     "));
    EXPECT_THAT(tree_.lines(console_),
                Contains(StartsWith("    CustomAutoDeleteObjectsProviderHandler9D90184F  CREATE_IN")));
    EXPECT_EQ(tree_.lines(console_, TerminalSize{.columns = 16, .lines = 24})[0], "shop          CR");
}

TEST_F(ResourceTreeTest, AReasonCannotControlTheTerminal) {
    tree_.take({"A", "B"}, told("Q", "CREATE_FAILED",
                                "a\x1b[2Jb\u009b2Jc\x9b"
                                "d\u00e9\x7f"));
    EXPECT_THAT(tree_.lines(console_)[3], EndsWith("  a [2Jb 2Jc dé "));
}

}  // namespace
}  // namespace millrace::cli
