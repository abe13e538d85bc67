#include <algorithm>
#include <gmock/gmock.h>

#include "services/cloudformation/service_fixture.h"

namespace millrace::cloudformation {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::string body(const char* name, const char* timeout) {
    return std::string("Resources:\n  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: ") + name +
           ", VisibilityTimeout: " + timeout +
           "}}\n  Policy: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Queue], PolicyDocument: "
           "{}}}\n";
}

/// What a crash in the middle of an operation leaves behind, and what becomes of it.
using RecoveryTest = ServiceFixture;

TEST_F(RecoveryTest, StacksAreBackAfterARestart) {
    const std::string id = create(body("one", "30"));
    const auto told = events();
    restart();
    EXPECT_EQ(status(), "CREATE_COMPLETE");
    EXPECT_EQ(stack()["StackId"].as_string(), id);
    EXPECT_EQ(events(), told);
    ok("UpdateStack", {{"StackName", "pipe"}, {"TemplateBody", body("one", "31")}});
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
}

TEST_F(RecoveryTest, AnInterruptedCreationIsRolledBack) {
    provider_.silent = {"create Policy"};
    create(body("one", "30"));
    EXPECT_EQ(status(), "CREATE_IN_PROGRESS");
    EXPECT_EQ(provider_.existing.size(), 1U);
    restart();
    EXPECT_EQ(status(), "ROLLBACK_COMPLETE");
    EXPECT_THAT(provider_.existing, IsEmpty());
    EXPECT_THAT(events(), testing::Contains(HasSubstr("Millrace was stopped during the operation")));
}

TEST_F(RecoveryTest, ACreationWhoseAnswerWasLostIsUndone) {
    provider_.loses_answers = {"create Q"};
    create("Resources: {Q: {Type: AWS::SQS::Queue}}");
    EXPECT_EQ(provider_.existing.size(), 1U);
    restart();
    EXPECT_EQ(status(), "ROLLBACK_COMPLETE");
    EXPECT_THAT(provider_.existing, IsEmpty());
}

TEST_F(RecoveryTest, AnInterruptedUpdateIsTakenBack) {
    create(body("one", "30"));
    provider_.silent = {"update Policy"};
    ok("UpdateStack", {{"StackName", "pipe"}, {"TemplateBody", body("two", "60")}});
    EXPECT_EQ(status(), "UPDATE_IN_PROGRESS");
    EXPECT_TRUE(provider_.existing.contains("two"));
    provider_.silent.clear();
    restart();
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(physical_id("Queue"), "one");
    EXPECT_TRUE(provider_.existing.contains("one"));
    EXPECT_FALSE(provider_.existing.contains("two"));
    EXPECT_EQ(provider_.existing["one"]["VisibilityTimeout"], 30);
    EXPECT_EQ(ok("GetTemplate", {{"StackName", "pipe"}})["TemplateBody"].as_string(), body("one", "30"));
}

TEST_F(RecoveryTest, AnInterruptedCleanupGoesOn) {
    create(body("one", "30"));
    provider_.silent = {"remove Queue"};
    ok("UpdateStack",
       {{"StackName", "pipe"},
        {"TemplateBody", "Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: two}}}"}});
    EXPECT_EQ(status(), "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
    provider_.silent.clear();
    restart();
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_EQ(provider_.existing.size(), 1U);
}

TEST_F(RecoveryTest, AnInterruptedRollbackOfAnUpdateGoesOn) {
    create(body("one", "30"));
    provider_.silent = {"update Policy"};
    ok("UpdateStack", {{"StackName", "pipe"}, {"TemplateBody", body("two", "60")}});
    restart();  // the policy's way back is not answered either
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_IN_PROGRESS");
    provider_.silent.clear();
    restart();
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(physical_id("Queue"), "one");
    EXPECT_FALSE(provider_.existing.contains("two"));
}

TEST_F(RecoveryTest, AnInterruptedReplacementIsCleanedUp) {
    create(body("one", "30"));
    provider_.loses_answers = {"create Queue"};
    ok("UpdateStack", {{"StackName", "pipe"}, {"TemplateBody", body("two", "30")}});
    provider_.calls.clear();
    EXPECT_TRUE(provider_.existing.contains("two"));
    restart();
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(physical_id("Queue"), "one");
    EXPECT_TRUE(provider_.existing.contains("one"));
    EXPECT_FALSE(provider_.existing.contains("two"));
    EXPECT_THAT(provider_.calls, testing::ElementsAre("remove Queue"));
}

TEST_F(RecoveryTest, AnInterruptedDeletionGoesOn) {
    const std::string id = create(body("one", "30"));
    provider_.silent = {"remove Queue"};
    ok("DeleteStack", {{"StackName", "pipe"}});
    EXPECT_EQ(status(), "DELETE_IN_PROGRESS");
    EXPECT_EQ(error("DeleteStack", {{"StackName", "pipe"}}), "200");
    provider_.silent.clear();
    restart();
    EXPECT_EQ(status(id), "DELETE_COMPLETE");
    EXPECT_THAT(provider_.existing, IsEmpty());
    EXPECT_EQ(std::ranges::count(events(id), "Queue DELETE_IN_PROGRESS"), 1) << "it begins once";
}

TEST_F(RecoveryTest, AWriteThatFailsIsNotAcknowledged) {
    store_.fail_writes(Error{ErrorCode::kUnavailable, "the disk is full"});
    EXPECT_THAT(error("CreateStack", {{"StackName", "pipe"}, {"TemplateBody", body("one", "30")}}),
                testing::Not(testing::AnyOf("200", "no answer")));
    store_.fail_writes(std::nullopt);
    EXPECT_THAT(error("DescribeStacks", {{"StackName", "pipe"}}), HasSubstr("does not exist"));
    EXPECT_THAT(provider_.calls, IsEmpty());
    create(body("one", "30"));
    EXPECT_EQ(status(), "CREATE_COMPLETE");
}

TEST_F(RecoveryTest, TwoCreationsOfOneNameInTheSameMomentDoNotBothSucceed) {
    const std::string input =
        codec::to_json(codec::JsonObject{{"StackName", "pipe"}, {"TemplateBody", body("one", "30")}});
    auto first = aws::testing::start(*registry_, "CreateStack", input);
    auto second = aws::testing::start(*registry_, "CreateStack", input);
    executor_.run_ready();
    EXPECT_EQ((*first)->status, 200);
    EXPECT_EQ((*second)->status, 400);
}

}  // namespace
}  // namespace millrace::cloudformation
