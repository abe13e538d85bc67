#include <fmt/format.h>
#include <gmock/gmock.h>

#include "services/cloudformation/service_fixture.h"

// A stack with a nested one, whose updates fail with rollback disabled: both stay, go on, or go back
// together.

namespace millrace::cloudformation {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kParent = R"(
Parameters: {Timeout: {Type: Number}}
Resources:
  Child:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: https://templates.s3.us-east-1.amazonaws.com/child.yaml
      Parameters: {Timeout: !Ref Timeout}
  Late: {Type: AWS::SQS::Queue, DependsOn: Child, Properties: {QueueName: late, VisibilityTimeout: !Ref Timeout}}
)";

constexpr std::string_view kChild = R"(
Parameters: {Timeout: {Type: Number}}
Resources:
  Inner: {Type: AWS::SQS::Queue, Properties: {QueueName: inner, VisibilityTimeout: !Ref Timeout}}
  After: {Type: AWS::SQS::Queue, DependsOn: Inner, Properties: {QueueName: after, VisibilityTimeout: !Ref Timeout}}
)";
constexpr std::string_view kExtra = "  Extra: {Type: AWS::SQS::Queue, Properties: {QueueName: extra}}\n";

class NestedRollbackTest : public ServiceFixture {
  protected:
    NestedRollbackTest() {
        child() = std::string(kChild) + std::string(kExtra);
        create(kParent, parameters("30"));
        EXPECT_EQ(status(), "CREATE_COMPLETE");
        child_ = physical_id("Child");
    }

    static codec::JsonObject parameters(std::string_view timeout) {
        return {{"Parameters", codec::JsonArray({codec::JsonObject(
                                   {{"ParameterKey", "Timeout"}, {"ParameterValue", timeout}})})}};
    }
    std::string& child() { return objects_.objects["templates/child.yaml"]; }
    void update(std::string_view timeout, bool disables_rollback = true) {
        auto input = parameters(timeout);
        input["StackName"] = "pipe";
        input["TemplateBody"] = kParent;
        input["DisableRollback"] = disables_rollback;
        ok("UpdateStack", input);
    }
    std::string timeout_of(const std::string& name) {
        const auto queue = provider_.existing.find(name);
        return queue == provider_.existing.end()
                   ? "gone"
                   : std::string(queue->second["VisibilityTimeout"].as_string());
    }
    /// The parent fails after the nested stack, which dropped a queue, is done.
    void fail_after_child() {
        child() = kChild;
        provider_.failing = {"update Late"};
        update("40");
        provider_.failing.clear();
        EXPECT_EQ(status(), "UPDATE_FAILED");
        EXPECT_EQ(status(child_), "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
        EXPECT_EQ(timeout_of("inner"), "40");
        EXPECT_TRUE(provider_.existing.contains("extra")) << "what may go back is not cleaned up";
    }
    void expect_all_as_before() {
        EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
        EXPECT_EQ(status(child_), "UPDATE_ROLLBACK_COMPLETE");
        for (const char* name : {"inner", "after", "late"}) EXPECT_EQ(timeout_of(name), "30") << name;
        EXPECT_TRUE(provider_.existing.contains("extra"));
        EXPECT_EQ(provider_.existing.size(), 4U);
    }
    static inline const codec::JsonObject kPipe{{"StackName", "pipe"}};
    std::string child_;
};

TEST_F(NestedRollbackTest, ANestedStackThatWasDoneGoesBackWithItsParent) {
    fail_after_child();
    restart();
    ok("RollbackStack", kPipe);
    expect_all_as_before();
}

TEST_F(NestedRollbackTest, ANestedStackThatFailedGoesBackWithItsParent) {
    provider_.failing = {"update After"};
    update("40");
    EXPECT_EQ(status(), "UPDATE_FAILED");
    EXPECT_EQ(status(child_), "UPDATE_FAILED");
    EXPECT_EQ(timeout_of("inner"), "40");
    provider_.failing.clear();
    restart();
    ok("RollbackStack", kPipe);
    expect_all_as_before();
}

TEST_F(NestedRollbackTest, AnUpdateAfterAFailedOneThatFailsGoesBackAllTheWay) {
    fail_after_child();
    provider_.failing = {"create New"};
    child() += "  New: {Type: AWS::SQS::Queue, DependsOn: After}\n";
    update("50", false);
    provider_.failing.clear();
    expect_all_as_before();
}

TEST_F(NestedRollbackTest, WhatFailsBeforeTheNestedStackBeginsTakesItBackToo) {
    fail_after_child();
    child() = "Resources: {";
    update("40", false);
    expect_all_as_before();
}

TEST_F(NestedRollbackTest, AnUpdateAfterAFailedOneGoesOnWhereItIs) {
    fail_after_child();
    restart();
    update("50");
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_EQ(status(child_), "UPDATE_COMPLETE");
    for (const char* name : {"inner", "after", "late"}) EXPECT_EQ(timeout_of(name), "50") << name;
    EXPECT_FALSE(provider_.existing.contains("extra"));
    EXPECT_THAT(error("RollbackStack", kPipe), HasSubstr("can not be rolled back"));
}

TEST_F(NestedRollbackTest, WhatAFailedUpdateDroppedMayComeBack) {
    fail_after_child();
    child() = std::string(kChild) + std::string(kExtra);
    update("50");
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_TRUE(provider_.existing.contains("extra"));
    EXPECT_EQ(provider_.existing.size(), 4U);
}

TEST_F(NestedRollbackTest, BothCanBeDeletedWhereTheyAre) {
    fail_after_child();
    provider_.calls.clear();
    ok("DeleteStack", kPipe);
    EXPECT_THAT(provider_.existing, IsEmpty());
    EXPECT_EQ(status(child_), "DELETE_COMPLETE");
    EXPECT_EQ(std::ranges::count(provider_.calls, "remove Extra"), 1);
}

TEST_F(NestedRollbackTest, ANestedStackWaitsWhileItsParentsRollbackIsStuck) {
    child() = kChild;
    provider_.failing = {"update Late"};
    update("40", false);
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_FAILED");
    provider_.failing.clear();
    ok("ContinueUpdateRollback", kPipe);
    expect_all_as_before();
}

TEST_F(NestedRollbackTest, WhatFailedInANestedStackCanBeSkipped) {
    provider_.failing = {"update After"};
    update("40", false);
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_FAILED");
    EXPECT_EQ(status(child_), "UPDATE_ROLLBACK_FAILED");
    const auto continue_without = [](const std::string& id) {
        return codec::JsonObject{{"StackName", "pipe"},
                                 {"ResourcesToSkip", codec::JsonArray({codec::Json(id)})}};
    };
    const std::string name(stack(child_)["StackName"].as_string());
    EXPECT_THAT(error("ContinueUpdateRollback", continue_without("Child")),
                HasSubstr("Name what failed in it, as " + name + ".LogicalId"));
    EXPECT_THAT(error("ContinueUpdateRollback", continue_without("Child.After")),
                HasSubstr("Only resources in UPDATE_FAILED state can be skipped: Child.After is none"));
    EXPECT_THAT(error("ContinueUpdateRollback", continue_without(name + ".Inner")), HasSubstr("is none"));
    ok("ContinueUpdateRollback", continue_without(name + ".After"));
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(status(child_), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(timeout_of("inner"), "30");
}

TEST_F(NestedRollbackTest, ACancelledUpdateTakesANestedStackBackThatWaits) {
    for (const bool restarts : {false, true}) {
        child() =
            std::string(kChild) + std::string(kExtra) +
            "  Handle: {Type: AWS::CloudFormation::WaitConditionHandle}\n"
            "  Wait: {Type: AWS::CloudFormation::WaitCondition, DependsOn: After, Properties: {Handle: !Ref "
            "Handle, Timeout: 60}}\n";
        update("40");
        EXPECT_EQ(status(child_), "UPDATE_IN_PROGRESS");
        if (restarts) restart();
        ok("CancelUpdateStack", kPipe);
        expect_all_as_before();
        clock_.advance(Seconds{1});
    }
}

}  // namespace
}  // namespace millrace::cloudformation
