#include <gmock/gmock.h>

#include "services/cloudformation/service_fixture.h"

// With rollback disabled, a stack stays where it failed; then it is taken up again, or back.

namespace millrace::cloudformation {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view kThree = R"(
Parameters: {Timeout: {Type: Number, Default: 30}}
Resources:
  Alone: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: !Ref Timeout}}
  Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: !Ref Timeout}}
  Policy:
    Type: AWS::SQS::QueuePolicy
    DependsOn: Queue
    Properties: {Queues: [!Ref Timeout], PolicyDocument: {Version: 2012-10-17}}
)";

class RollbackTest : public ServiceFixture {
  protected:
    static codec::JsonObject with(std::string_view timeout, bool disables_rollback = true) {
        return {{"StackName", "pipe"},
                {"TemplateBody", kThree},
                {"DisableRollback", disables_rollback},
                {"Parameters", codec::JsonArray({codec::JsonObject(
                                   {{"ParameterKey", "Timeout"}, {"ParameterValue", timeout}})})}};
    }
    std::string timeout_of(const char* logical_id) {
        return std::string(provider_.existing[physical_id(logical_id)]["VisibilityTimeout"].as_string());
    }
    static inline const codec::JsonObject kPipe{{"StackName", "pipe"}};
};

TEST_F(RollbackTest, WhatDoesNotDependOnAFailureIsMadeAllTheSame) {
    provider_.failing = {"create Queue"};
    ok("CreateStack", with("30"));
    EXPECT_EQ(status(), "CREATE_FAILED");
    EXPECT_THAT(events(), Contains("Alone CREATE_COMPLETE"));
    EXPECT_THAT(provider_.calls, Not(Contains("create Policy")));
}

TEST_F(RollbackTest, ACreationThatFailedIsTakenUpByAnUpdate) {
    provider_.failing = {"create Queue"};
    ok("CreateStack", with("30"));
    provider_.failing.clear();
    restart();
    ok("UpdateStack", with("30"));
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_THAT(events(), Contains("Policy CREATE_COMPLETE"));
    EXPECT_THAT(error("UpdateStack", with("30")), HasSubstr("No updates are to be performed."));
}

TEST_F(RollbackTest, ACreationThatFailedIsTakenBackByRollbackStack) {
    provider_.failing = {"create Policy"};
    ok("CreateStack", with("30"));
    EXPECT_EQ(status(), "CREATE_FAILED");
    ok("RollbackStack", kPipe);
    EXPECT_EQ(status(), "ROLLBACK_COMPLETE");
    EXPECT_THAT(provider_.existing, IsEmpty());
    EXPECT_THAT(error("RollbackStack", kPipe),
                HasSubstr("is in ROLLBACK_COMPLETE state and can not be rolled back."));
    EXPECT_THAT(error("RollbackStack", {{"StackName", "nope"}}), HasSubstr("does not exist"));
    EXPECT_THAT(
        error("RollbackStack",
              {{"StackName", "pipe"}, {"DeploymentConfig", codec::JsonObject({{"DisableRollback", true}})}}),
        HasSubstr("DisableRollback of a rollback"));
}

TEST_F(RollbackTest, UpdatesThatFailedAreTakenBackToWhereAllWasWell) {
    ok("CreateStack", with("30"));
    provider_.failing = {"update Policy"};
    ok("UpdateStack", with("60"));
    ok("UpdateStack", with("90"));
    EXPECT_EQ(status(), "UPDATE_FAILED");
    EXPECT_EQ(timeout_of("Queue"), "90");
    provider_.failing.clear();
    restart();
    ok("RollbackStack", kPipe);
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(timeout_of("Queue"), "30");
    EXPECT_EQ(timeout_of("Alone"), "30");
    EXPECT_THAT(error("RollbackStack", kPipe), HasSubstr("can not be rolled back"));
}

TEST_F(RollbackTest, AnUpdateAfterAFailedOneThatFailsGoesBackAllTheWay) {
    ok("CreateStack", with("30"));
    provider_.failing = {"update Policy"};
    ok("UpdateStack", with("60"));
    provider_.failing = {"update Alone"};
    ok("UpdateStack", with("90", false));
    provider_.failing.clear();
    if (status() == "UPDATE_ROLLBACK_FAILED") ok("ContinueUpdateRollback", kPipe);
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(timeout_of("Queue"), "30");
    EXPECT_EQ(timeout_of("Alone"), "30");
}

TEST_F(RollbackTest, AStackThatNeverWasWellGoesAltogether) {
    provider_.failing = {"create Queue"};
    ok("CreateStack", with("30"));
    ok("UpdateStack", with("60"));
    EXPECT_EQ(status(), "UPDATE_FAILED");
    restart();
    ok("RollbackStack", kPipe);
    EXPECT_EQ(status(), "ROLLBACK_COMPLETE");
    EXPECT_THAT(provider_.existing, IsEmpty());

    // Once an update came through, there is something to go back to.
    ok("DeleteStack", kPipe);
    ok("CreateStack", with("30"));
    provider_.failing.clear();
    ok("UpdateStack", with("60"));
    provider_.failing = {"update Policy"};
    ok("UpdateStack", with("90"));
    provider_.failing.clear();
    ok("RollbackStack", kPipe);
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(timeout_of("Queue"), "60");
}

TEST_F(RollbackTest, WhatFailedToBeMadeAndIsAskedForItsAttributesIsMadeByAnUpdate) {
    const std::string body =
        "Resources:\n"
        "  Queue: {Type: AWS::SQS::Queue}\n"
        "  User: {Type: AWS::SQS::Queue, Properties: {QueueName: !GetAtt Queue.Arn}}\n";
    provider_.loses_answers = {"create Queue"};
    ok("CreateStack", {{"StackName", "pipe"}, {"TemplateBody", body}, {"OnFailure", "DO_NOTHING"}});
    provider_.loses_answers.clear();
    restart();
    ok("UpdateStack", {{"StackName", "pipe"}, {"TemplateBody", body}});
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
}

TEST_F(RollbackTest, WhatWasNeverMadeIsNotSaidToBeWell) {
    provider_.failing = {"create Queue"};
    ok("CreateStack", with("30"));
    ok("UpdateStack", with("60", false));
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(timeout_of("Alone"), "30");
    EXPECT_THAT(events(), Not(Contains("Queue UPDATE_COMPLETE")));
    provider_.failing.clear();
    ok("UpdateStack", with("90"));
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_EQ(timeout_of("Queue"), "90");
}

TEST_F(RollbackTest, WhatACrashCutOffIsMadeAnew) {
    provider_.loses_answers = {"create Queue"};
    ok("CreateStack", with("30"));
    EXPECT_EQ(status(), "CREATE_IN_PROGRESS");
    provider_.loses_answers.clear();
    restart();
    EXPECT_EQ(status(), "CREATE_FAILED");
    EXPECT_THAT(events(), Contains("Queue CREATE_FAILED: Resource creation cancelled"));
    ok("UpdateStack", with("60"));
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_EQ(timeout_of("Queue"), "60");
    EXPECT_EQ(provider_.existing.size(), 3U) << "what was made unheard is gone";
}

TEST_F(RollbackTest, AFailedUpdateIsDoneWhenItsTemplateIsTakenBack) {
    ok("CreateStack", with("30"));
    provider_.failing = {"update Policy"};
    ok("UpdateStack", with("60"));
    provider_.failing.clear();
    ok("UpdateStack", with("30"));
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_EQ(timeout_of("Queue"), "30");
    EXPECT_THAT(error("RollbackStack", kPipe), HasSubstr("UPDATE_COMPLETE"));
    ok("DeleteStack", kPipe);
    EXPECT_THAT(provider_.existing, IsEmpty());
}

}  // namespace
}  // namespace millrace::cloudformation
