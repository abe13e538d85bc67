#include <fmt/format.h>
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

std::string named(std::string_view name, std::string_view timeout = "30") {
    return fmt::format(
        "Resources:\n"
        "  Queue: {{Type: AWS::SQS::Queue, Properties: {{QueueName: {}, VisibilityTimeout: '{}'}}}}\n"
        "  User: {{Type: AWS::SQS::QueuePolicy, Properties: {{Queues: [!GetAtt Queue.Arn], PolicyDocument: "
        "{{Version: 2012-10-17}}}}}}\n",
        name, timeout);
}

codec::JsonObject staying(std::string_view body) {
    return {{"StackName", "pipe"}, {"TemplateBody", body}, {"DisableRollback", true}};
}

TEST_F(RollbackTest, WhatACrashCutOffWithANameOfItsOwnIsMadeAnewOrGone) {
    for (const char* next : {"update", "RollbackStack", "DeleteStack"}) {
        provider_.loses_answers = {"create Queue"};
        ok("CreateStack", staying(named("one")));
        provider_.loses_answers.clear();
        restart();
        EXPECT_EQ(status(), "CREATE_FAILED");
        restart();
        if (std::string_view(next) == "update") {
            ok("UpdateStack", staying(named("one", "60")));
            EXPECT_EQ(status(), "UPDATE_COMPLETE");
            EXPECT_EQ(timeout_of("Queue"), "60");
            EXPECT_EQ(provider_.existing.size(), 2U);
            ok("DeleteStack", kPipe);
        } else {
            ok(next, kPipe);
            EXPECT_THAT(provider_.existing, IsEmpty()) << next;
            ok("DeleteStack", kPipe);
        }
    }
}

TEST_F(RollbackTest, WhatAnUpdateThatACrashCutOffHasChangedIsTakenBack) {
    ok("CreateStack", staying(named("one", "30")));
    provider_.loses_answers = {"update Queue"};
    ok("UpdateStack", staying(named("one", "60")));
    provider_.loses_answers.clear();
    restart();
    EXPECT_EQ(status(), "UPDATE_FAILED");
    EXPECT_EQ(timeout_of("Queue"), "60");
    ok("RollbackStack", kPipe);
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(timeout_of("Queue"), "30");
}

TEST_F(RollbackTest, AnUpdateAfterSeveralCutOffOnesChangesWhateverMayBeThere) {
    for (const char* last : {"30", "60", "90", "120"}) {
        ok("CreateStack", staying(named("one", "30")));
        for (const char* timeout : {"60", "90"}) {
            provider_.loses_answers = {"update Queue"};
            ok("UpdateStack", staying(named("one", timeout)));
            provider_.loses_answers.clear();
            restart();
            EXPECT_EQ(status(), "UPDATE_FAILED");
        }
        ok("UpdateStack", staying(named("one", last)));
        EXPECT_EQ(status(), "UPDATE_COMPLETE");
        EXPECT_EQ(timeout_of("Queue"), last);
        ok("DeleteStack", kPipe);
    }
}

TEST_F(RollbackTest, AReplacementThatACrashCutOffIsTakenBackOrMadeAnew) {
    for (const bool goes_on : {false, true}) {
        ok("CreateStack", staying(named("one")));
        provider_.loses_answers = {"create Queue"};
        ok("UpdateStack", staying(named("two")));
        provider_.loses_answers.clear();
        restart();
        EXPECT_EQ(status(), "UPDATE_FAILED");
        EXPECT_EQ(provider_.existing.size(), 3U);
        if (goes_on)
            ok("UpdateStack", staying(named("two")));
        else
            ok("RollbackStack", kPipe);
        EXPECT_EQ(status(), goes_on ? "UPDATE_COMPLETE" : "UPDATE_ROLLBACK_COMPLETE");
        EXPECT_EQ(provider_.existing.contains("one"), !goes_on);
        EXPECT_EQ(provider_.existing.contains("two"), goes_on);
        ok("DeleteStack", kPipe);
        EXPECT_THAT(provider_.existing, IsEmpty());
    }
}

TEST_F(RollbackTest, ASecondReplacementThatACrashCutOffIsTakenBackToo) {
    const auto body = [](std::string_view name, std::string_view timeout) {
        return fmt::format(
            "Resources:\n"
            "  Queue: {{Type: AWS::SQS::Queue, Properties: {{QueueName: {}}}}}\n"
            "  Late: {{Type: AWS::SQS::Queue, DependsOn: Queue, Properties: {{QueueName: late, "
            "VisibilityTimeout: "
            "'{}'}}}}\n",
            name, timeout);
    };
    ok("CreateStack", staying(body("one", "30")));
    provider_.failing = {"update Late"};
    ok("UpdateStack", staying(body("two", "60")));
    provider_.failing.clear();
    EXPECT_EQ(status(), "UPDATE_FAILED");
    provider_.loses_answers = {"create Queue"};
    ok("UpdateStack", {{"StackName", "pipe"}, {"TemplateBody", body("three", "60")}});
    provider_.loses_answers.clear();
    restart();
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(physical_id("Queue"), "one");
    EXPECT_EQ(provider_.existing.size(), 2U);
}

TEST_F(RollbackTest, ANameThatACutOffCreationNeverTookMayBeSomebodyElses) {
    for (const char* next : {"RollbackStack", "DeleteStack"}) {
        provider_.silent = {"create Queue"};
        ok("CreateStack", staying(named("one")));
        provider_.silent.clear();
        restart();
        EXPECT_EQ(status(), "CREATE_FAILED");
        clock_.advance(Seconds{1});
        ok("CreateStack", {{"StackName", "other"}, {"TemplateBody", named("one")}});
        EXPECT_EQ(status("other"), "CREATE_COMPLETE");
        ok(next, kPipe);
        EXPECT_TRUE(provider_.existing.contains("one")) << next;
        ok("DeleteStack", {{"StackName", "other"}});
        ok("DeleteStack", kPipe);
        EXPECT_THAT(provider_.existing, IsEmpty());
    }
}

TEST_F(RollbackTest, WhatACrashCutOffIsGoneAfterAnUpdateThatGoesBackToIt) {
    const auto body = [](std::string_view timeout) {
        return fmt::format(
            "Resources:\n"
            "  Alone: {{Type: AWS::SQS::Queue, Properties: {{VisibilityTimeout: '{}'}}}}\n"
            "  Queue: {{Type: AWS::SQS::Queue, DependsOn: Alone, Properties: {{QueueName: one}}}}\n",
            timeout);
    };
    for (const char* second : {"fails before", "is cut off"}) {
        provider_.loses_answers = {"create Queue"};
        ok("CreateStack", staying(body("30")));
        provider_.loses_answers.clear();
        restart();
        EXPECT_EQ(status(), "CREATE_FAILED");
        if (std::string_view(second) == "is cut off")
            provider_.loses_answers = {"create Queue"};
        else
            provider_.failing = {"update Alone"};
        ok("UpdateStack", {{"StackName", "pipe"}, {"TemplateBody", body("60")}});
        provider_.failing.clear();
        provider_.loses_answers.clear();
        restart();
        if (status() == "UPDATE_ROLLBACK_FAILED") ok("ContinueUpdateRollback", kPipe);
        EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
        EXPECT_EQ(provider_.existing.size(), 1U) << second;
        // That is where all is well now.
        provider_.failing = {"create Queue"};
        ok("UpdateStack", staying(body("90")));
        provider_.failing.clear();
        ok("RollbackStack", kPipe);
        EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
        EXPECT_EQ(provider_.existing.size(), 1U);
        ok("DeleteStack", kPipe);
        EXPECT_THAT(provider_.existing, IsEmpty());
    }
}

TEST_F(RollbackTest, WhatMayBeUsedByAnUpdateThatWasCutOffIsRemovedAfterIt) {
    const auto body = [](std::string_view used) {
        return fmt::format(
            "Resources:\n"
            "  A: {{Type: AWS::SQS::Queue, Properties: {{QueueName: a}}}}\n"
            "  {0}: {{Type: AWS::SQS::Queue, Properties: {{QueueName: {0}}}}}\n"
            "  User: {{Type: AWS::SQS::QueuePolicy, Properties: {{Queues: [!Ref {0}], PolicyDocument: "
            "{{Version: 2012-10-17}}}}}}\n",
            used);
    };
    ok("CreateStack", staying(body("Old")));
    provider_.loses_answers = {"update User"};
    ok("UpdateStack", staying(body("New")));
    provider_.loses_answers.clear();
    restart();
    EXPECT_EQ(status(), "UPDATE_FAILED");
    provider_.calls.clear();
    provider_.answers_at_once = false;
    auto deleting = aws::testing::start(*registry_, "DeleteStack", codec::to_json(kPipe));
    executor_.run_ready();
    EXPECT_THAT(provider_.calls, Contains("remove User"));
    EXPECT_THAT(provider_.calls, Not(Contains("remove New")));
    EXPECT_THAT(provider_.calls, Not(Contains("remove Old")));
}

TEST_F(RollbackTest, AReplacementThatIsRefusedHidesNoEarlierAttempt) {
    ok("CreateStack", staying(named("one", "30")));
    provider_.loses_answers = {"update Queue"};
    ok("UpdateStack", staying(named("one", "60")));
    provider_.loses_answers.clear();
    restart();
    provider_.failing = {"create Queue"};
    ok("UpdateStack", {{"StackName", "pipe"}, {"TemplateBody", named("two", "60")}});
    provider_.failing.clear();
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(timeout_of("Queue"), "30");
}

TEST(AssumedPropertiesTest, AreAsUnlikeTheWantedOnesAsTheyCanBe) {
    const auto assumed = [](const char* had, const char* attempted, const char* wanted) {
        StackResource resource;
        resource.properties = codec::parse_json(had)->as_object();
        resource.attempted = codec::parse_json(attempted)->as_object();
        return codec::to_json(assumed_properties(resource, codec::parse_json(wanted)->as_object()));
    };
    EXPECT_EQ(assumed(R"({"A":1})", R"({"A":2})", R"({"A":1})"), R"({"A":2})");
    EXPECT_EQ(assumed(R"({"A":1})", R"({"A":2})", R"({"A":"2"})"), R"({"A":1})");
    EXPECT_EQ(assumed(R"({"A":1})", R"({"A":2})", R"({"A":3})"), R"({"A":1})");
    EXPECT_EQ(assumed(R"({"A":1})", R"({})", R"({"A":1})"), R"({})");
    EXPECT_EQ(assumed(R"({})", R"({"A":1})", R"({})"), R"({"A":1})");
    EXPECT_EQ(assumed(R"({"A":["x"]})", R"({"A":["x","y"]})", R"({"A":["z"]})"), R"({"A":["x","y"]})");
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
