#include <gmock/gmock.h>

#include "services/cloudformation/service_fixture.h"

namespace millrace::cloudformation {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr std::string_view kTwo = R"(
Parameters: {Timeout: {Type: Number, Default: 30}}
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: !Ref Timeout}}
  Policy:
    Type: AWS::SQS::QueuePolicy
    DependsOn: Queue
    Properties: {Queues: [!Ref Timeout], PolicyDocument: {Version: 2012-10-17}}
)";

codec::JsonObject update_to(std::string_view timeout) {
    return {
        {"StackName", "pipe"},
        {"TemplateBody", kTwo},
        {"Parameters",
         codec::JsonArray({codec::JsonObject({{"ParameterKey", "Timeout"}, {"ParameterValue", timeout}})})}};
}

using StackLifeTest = ServiceFixture;

TEST_F(StackLifeTest, ProtectionComesAndGoes) {
    create(kTwo);
    const auto protect = [&](bool on) {
        return ok("UpdateTerminationProtection",
                  {{"StackName", "pipe"}, {"EnableTerminationProtection", on}});
    };
    EXPECT_EQ(protect(true)["StackId"], stack()["StackId"]);
    EXPECT_EQ(stack()["EnableTerminationProtection"], true);
    EXPECT_THAT(error("DeleteStack", {{"StackName", "pipe"}}), HasSubstr("TerminationProtection is enabled"));
    // An update that was under way does not undo it.
    provider_.answers_at_once = false;
    ok("UpdateStack", update_to("60"));
    protect(false);
    while (status().ends_with("IN_PROGRESS")) {
        provider_.answer_waiting();
        executor_.run_ready();
    }
    provider_.answers_at_once = true;
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_EQ(stack()["EnableTerminationProtection"], false);
    protect(true);
    restart();
    EXPECT_EQ(stack()["EnableTerminationProtection"], true);
    EXPECT_THAT(
        error("UpdateTerminationProtection", {{"StackName", "nope"}, {"EnableTerminationProtection", true}}),
        HasSubstr("does not exist"));
}

TEST_F(StackLifeTest, AnUpdateCanBeCancelled) {
    create(kTwo);
    EXPECT_EQ(error("CancelUpdateStack", {{"StackName", "pipe"}}),
              "ValidationError: CancelUpdateStack cannot be called from current stack status");
    provider_.answers_at_once = false;
    ok("UpdateStack", update_to("60"));
    ok("CancelUpdateStack", {{"StackName", "pipe"}, {"ClientRequestToken", "stop-1"}});
    EXPECT_THAT(error("CancelUpdateStack", {{"StackName", "pipe"}}), HasSubstr("cannot be called"));
    while (status().ends_with("IN_PROGRESS")) {
        provider_.answer_waiting();
        executor_.run_ready();
    }
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_THAT(events(), Contains("pipe UPDATE_ROLLBACK_IN_PROGRESS: User Initiated "));
    EXPECT_EQ(provider_.existing[physical_id("Queue")]["VisibilityTimeout"], "30");
    EXPECT_THAT(provider_.calls, testing::Not(Contains("update Policy")))
        << "what had not begun never begins";
    const auto shown = ok("DescribeStackEvents", {{"StackName", "pipe"}})["StackEvents"].as_array();
    EXPECT_EQ(shown[0].at("ClientRequestToken"), "stop-1");
}

TEST_F(StackLifeTest, ARollbackThatFailedCanGoOn) {
    create(kTwo);
    provider_.failing = {"update Policy"};
    ok("UpdateStack", update_to("60"));
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_FAILED");
    ok("ContinueUpdateRollback", {{"StackName", "pipe"}});
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_FAILED") << "still broken";
    EXPECT_THAT(error("ContinueUpdateRollback",
                      {{"StackName", "pipe"}, {"ResourcesToSkip", codec::JsonArray({"Queue"})}}),
                HasSubstr("Only resources in UPDATE_FAILED state can be skipped: Queue is none"));
    ok("ContinueUpdateRollback", {{"StackName", "pipe"}, {"ResourcesToSkip", codec::JsonArray({"Policy"})}});
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_THAT(events(), Contains("Policy UPDATE_COMPLETE"));
    EXPECT_THAT(error("ContinueUpdateRollback", {{"StackName", "pipe"}}),
                HasSubstr("UPDATE_ROLLBACK_COMPLETE"));
    provider_.failing.clear();
    ok("UpdateStack", update_to("60"));
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
}

TEST_F(StackLifeTest, ARepairedRollbackGoesOnByItself) {
    create(kTwo);
    provider_.failing = {"update Policy"};
    ok("UpdateStack", update_to("60"));
    provider_.failing.clear();
    restart();
    ok("ContinueUpdateRollback", {{"StackName", "pipe"}});
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(provider_.existing[physical_id("Queue")]["VisibilityTimeout"], "30");
}

constexpr std::string_view kLoops = R"(
Transform: AWS::LanguageExtensions
Parameters: {Names: {Type: CommaDelimitedList, Default: "A,B"}}
Rules:
  Few:
    Assertions: [{Assert: {"Fn::EachMemberIn": [!Ref Names, [A, B, C]]}, AssertDescription: only A to C}]
Resources:
  Fn::ForEach::Queues:
    - N
    - !Ref Names
    - Q${N}: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "${N}-${AWS::StackName}"}}
)";

codec::JsonObject names(std::string_view list) {
    return {{"StackName", "pipe"},
            {"TemplateBody", kLoops},
            {"Capabilities", codec::JsonArray({"CAPABILITY_AUTO_EXPAND"})},
            {"Parameters",
             codec::JsonArray({codec::JsonObject({{"ParameterKey", "Names"}, {"ParameterValue", list}})})}};
}

TEST_F(StackLifeTest, TransformsFollowTheParameters) {
    auto input = names("A,B");
    input.erase("Capabilities");
    EXPECT_THAT(error("CreateStack", input), HasSubstr("Requires capabilities : [CAPABILITY_AUTO_EXPAND]"));
    EXPECT_THAT(error("CreateStack", names("A,D")),
                HasSubstr("Template error: rule Few does not hold: only A to C"));
    ok("CreateStack", names("A,B"));
    EXPECT_EQ(status(), "CREATE_COMPLETE");
    EXPECT_TRUE(provider_.existing.contains("A-pipe"));
    ok("UpdateStack", names("B,C"));
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_FALSE(provider_.existing.contains("A-pipe"));
    EXPECT_TRUE(provider_.existing.contains("C-pipe"));
    restart();
    const auto body = [&](std::string_view stage) {
        return std::string(
            ok("GetTemplate", {{"StackName", "pipe"}, {"TemplateStage", stage}})["TemplateBody"].as_string());
    };
    EXPECT_EQ(body("Original"), kLoops);
    EXPECT_THAT(body("Processed"), HasSubstr(R"("QC":{"Type":"AWS::SQS::Queue")"));
    const auto valid = ok("ValidateTemplate", {{"TemplateBody", kLoops}});
    EXPECT_EQ(valid.at("DeclaredTransforms").as_array()[0], "AWS::LanguageExtensions");
    EXPECT_EQ(valid.at("Capabilities").as_array()[0], "CAPABILITY_AUTO_EXPAND");
    const auto summary = ok("GetTemplateSummary", {{"TemplateBody", kLoops}});
    EXPECT_EQ(summary.at("ResourceTypes").as_array()[0], "AWS::SQS::Queue");
}

}  // namespace
}  // namespace millrace::cloudformation
