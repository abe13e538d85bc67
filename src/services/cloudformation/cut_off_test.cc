#include <fmt/format.h>
#include <gmock/gmock.h>

#include "services/cloudformation/service_fixture.h"

// With rollback disabled, a crash leaves a stack where nobody knows what its services have done; whatever
// comes next finds out (docs/decisions/0042-what-an-operation-that-stays-has-left.md).

namespace millrace::cloudformation {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;

class CutOffTest : public ServiceFixture {
  protected:
    std::string timeout_of(const char* logical_id) {
        return std::string(provider_.existing[physical_id(logical_id)]["VisibilityTimeout"].as_string());
    }
    static inline const codec::JsonObject kPipe{{"StackName", "pipe"}};
};

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

TEST_F(CutOffTest, WhatACrashCutOffWithANameOfItsOwnIsMadeAnewOrGone) {
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

TEST_F(CutOffTest, WhatAnUpdateThatACrashCutOffHasChangedIsTakenBack) {
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

TEST_F(CutOffTest, AnUpdateAfterSeveralCutOffOnesChangesWhateverMayBeThere) {
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

TEST_F(CutOffTest, AReplacementThatACrashCutOffIsTakenBackOrMadeAnew) {
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

TEST_F(CutOffTest, ASecondReplacementThatACrashCutOffIsTakenBackToo) {
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

TEST_F(CutOffTest, ANameThatACutOffCreationNeverTookMayBeSomebodyElses) {
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

TEST_F(CutOffTest, WhatACrashCutOffIsGoneAfterAnUpdateThatGoesBackToIt) {
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

TEST_F(CutOffTest, WhatMayBeUsedByAnUpdateThatWasCutOffIsRemovedAfterIt) {
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

TEST_F(CutOffTest, AReplacementThatIsRefusedHidesNoEarlierAttempt) {
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

}  // namespace
}  // namespace millrace::cloudformation
