#include "cli/resource_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace millrace::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

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
    const TerminalSize room{.columns = 20, .lines = 5};
    EXPECT_THAT(tree_.lines(console_, room), ElementsAre("shop     CREATE_IN_P", "  A      CREATE_IN_P",
                                                         "    B    CREATE_IN_P", "      Q  CREATE_FAIL"));
    EXPECT_THAT(tree_.lines(console_, TerminalSize{.columns = 3, .lines = 2}), ElementsAre("sho"));
    EXPECT_THAT(tree_.lines(console_, TerminalSize{.columns = 3, .lines = 1}), IsEmpty());
}

}  // namespace
}  // namespace millrace::cli
