#include <gmock/gmock.h>

#include "services/cloudformation/service_fixture.h"
#include "services/cloudformation/template/test_types.h"

// What goes when a stack is deleted or rolled back, and what stays.

namespace millrace::cloudformation {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kQueueAndPolicy = R"(
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: one}}
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties: {Queues: [!Ref Queue], PolicyDocument: {Version: 2012-10-17}}
Outputs:
  Url: {Value: !Ref Queue}
)";

using DeletionTest = ServiceFixture;

TEST_F(DeletionTest, DeletesInReverseAndKeepsTheRecord) {
    const std::string id = create(kQueueAndPolicy);
    provider_.calls.clear();
    clock_.advance(Seconds(1));
    ok("DeleteStack", {{"StackName", "pipe"}});
    EXPECT_THAT(provider_.calls, ElementsAre("remove Policy", "remove Queue"));
    EXPECT_THAT(error("DescribeStacks", {{"StackName", "pipe"}}), HasSubstr("does not exist"));
    EXPECT_EQ(status(id), "DELETE_COMPLETE");
    EXPECT_TRUE(stack(id).contains("DeletionTime"));
    EXPECT_EQ(ok("ListStacks", {})["StackSummaries"].as_array().size(), 1U);
    EXPECT_EQ(ok("DescribeStacks", {})["Stacks"].as_array().size(), 0U);
    EXPECT_NE(create(kQueueAndPolicy), id);
}

TEST_F(DeletionTest, RetainsWhatSaysSo) {
    create(kPipelineYaml);
    ok("DeleteStack", {{"StackName", "pipe"}});
    EXPECT_EQ(provider_.existing.size(), 1U);
    EXPECT_TRUE(provider_.existing.contains("pipe-dev-messages"));
}

TEST_F(DeletionTest, ARollbackRemovesWhatIsRetainedWhenTheRequestSaysSo) {
    provider_.failing = {"create MessagesPolicy"};
    create(kPipelineYaml);
    EXPECT_EQ(status(), "ROLLBACK_COMPLETE");
    EXPECT_TRUE(provider_.existing.contains("pipe-dev-messages"));
    ok("DeleteStack", {{"StackName", "pipe"}});
    provider_.existing.clear();

    create(kPipelineYaml, {{"RetainExceptOnCreate", true}});
    EXPECT_EQ(status(), "ROLLBACK_COMPLETE");
    EXPECT_TRUE(stack()["RetainExceptOnCreate"].as_bool());
    EXPECT_THAT(provider_.existing, IsEmpty());
}

TEST_F(DeletionTest, ARollbackOfAnUpdateRemovesWhatIsRetainedWhenTheRequestSaysSo) {
    create(kQueueAndPolicy);
    provider_.failing = {"create Z"};
    const std::string more =
        std::string(kQueueAndPolicy).insert(std::string(kQueueAndPolicy).find("Outputs:"), R"(
  Kept: {Type: AWS::SQS::Queue, DeletionPolicy: Retain, Properties: {QueueName: kept}}
  Z: {Type: AWS::SQS::Queue, DependsOn: Kept}
)");
    codec::JsonObject request{{"StackName", "pipe"}, {"TemplateBody", more}, {"RetainExceptOnCreate", true}};
    ok("UpdateStack", request);
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_FALSE(provider_.existing.contains("kept"));
    request.erase("RetainExceptOnCreate");
    ok("UpdateStack", request);
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_TRUE(provider_.existing.contains("kept"));
}

TEST_F(DeletionTest, SaysWhatCouldNotBeDeleted) {
    create(kQueueAndPolicy);
    EXPECT_THAT(
        error("DeleteStack", {{"StackName", "pipe"}, {"RetainResources", codec::JsonArray({"Policy"})}}),
        HasSubstr("specify which resources to retain only when the stack is in the DELETE_FAILED state."));
    provider_.failing = {"remove Policy"};
    ok("DeleteStack", {{"StackName", "pipe"}});
    EXPECT_EQ(status(), "DELETE_FAILED");
    EXPECT_EQ(stack()["StackStatusReason"], "The following resource(s) failed to delete: [Policy]. ");
    EXPECT_TRUE(provider_.existing.contains("one"));
    ok("DeleteStack", {{"StackName", "pipe"}, {"RetainResources", codec::JsonArray({"Policy"})}});
    EXPECT_THAT(error("DescribeStacks", {{"StackName", "pipe"}}), HasSubstr("does not exist"));
    EXPECT_FALSE(provider_.existing.contains("one"));
}

TEST_F(DeletionTest, ProtectsFromTermination) {
    create(kQueueAndPolicy, {{"EnableTerminationProtection", true}});
    EXPECT_EQ(error("DeleteStack", {{"StackName", "pipe"}}),
              "ValidationError: Stack [pipe] cannot be deleted while TerminationProtection is enabled");
}

}  // namespace
}  // namespace millrace::cloudformation
