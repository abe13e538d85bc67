#include <gmock/gmock.h>

#include "services/cloudformation/service_fixture.h"

namespace millrace::cloudformation {
namespace {

using testing::HasSubstr;

constexpr const char* kRoot = R"(
Parameters: {Timeout: {Type: Number, Default: 30}}
Resources:
  Middle:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: "http://localhost:4566/templates/middle.yaml", Parameters: {Timeout: !Ref Timeout}}
)";
constexpr const char* kMiddle = R"(
Parameters: {Timeout: {Type: Number}}
Resources:
  Leaf:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: "http://localhost:4566/templates/leaf.yaml", Parameters: {Timeout: !Ref Timeout}}
)";
constexpr const char* kLeaf = R"(
Parameters: {Timeout: {Type: Number}}
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: leaf, VisibilityTimeout: !Ref Timeout}}
)";

class NestedChangeSetsTest : public ServiceFixture {
  protected:
    NestedChangeSetsTest() {
        objects_.objects["templates/middle.yaml"] = kMiddle;
        objects_.objects["templates/leaf.yaml"] = kLeaf;
        create(kRoot);
        middle_ = physical_id("Middle");
    }

    codec::JsonObject change_set(const char* timeout) {
        const codec::JsonArray parameters{
            codec::JsonObject{{"ParameterKey", "Timeout"}, {"ParameterValue", timeout}}};
        return {{"StackName", "pipe"},
                {"ChangeSetName", "next"},
                {"UsePreviousTemplate", true},
                {"Parameters", parameters},
                {"IncludeNestedStacks", true}};
    }
    codec::JsonObject describe(const std::string& id) {
        return ok("DescribeChangeSet", {{"StackName", "pipe"}, {"ChangeSetName", id}});
    }
    codec::JsonObject by_id(const std::string& id) {
        return ok("DescribeChangeSet", {{"ChangeSetName", id}});
    }
    static std::string nested_id(codec::JsonObject& described) {
        auto& change = described["Changes"].as_array().at(0).as_object()["ResourceChange"].as_object();
        return change.contains("ChangeSetId") ? std::string(change["ChangeSetId"].as_string()) : "";
    }
    std::string timeout() { return codec::to_json(provider_.existing["leaf"]["VisibilityTimeout"]); }

    std::string middle_;
};

TEST_F(NestedChangeSetsTest, EachLevelShowsWhatItWouldDo) {
    ok("CreateChangeSet", change_set("40"));
    auto root = describe("next");
    EXPECT_EQ(root["IncludeNestedStacks"], codec::Json(true));
    auto middle = by_id(nested_id(root));
    EXPECT_EQ(middle["StackId"], codec::Json(middle_));
    EXPECT_EQ(middle["ParentChangeSetId"], root["ChangeSetId"]);
    EXPECT_EQ(middle["RootChangeSetId"], root["ChangeSetId"]);
    auto leaf = by_id(nested_id(middle));
    EXPECT_EQ(leaf["ParentChangeSetId"], middle["ChangeSetId"]);
    EXPECT_EQ(leaf["RootChangeSetId"], root["ChangeSetId"]);
    EXPECT_THAT(codec::to_json(leaf["Changes"]), HasSubstr(R"("Name":"VisibilityTimeout")"));
    EXPECT_EQ(timeout(), "\"30\"") << "nothing is done yet";

    const std::string inner(leaf["ChangeSetId"].as_string());
    EXPECT_THAT(error("ExecuteChangeSet", {{"ChangeSetName", inner}}), HasSubstr("is executed with it"));
    EXPECT_THAT(error("DeleteChangeSet", {{"ChangeSetName", inner}}), HasSubstr("is deleted with it"));

    restart();
    ok("ExecuteChangeSet", {{"StackName", "pipe"}, {"ChangeSetName", "next"}});
    executor_.run_ready();
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_EQ(timeout(), "\"40\"");
    EXPECT_THAT(error("DescribeChangeSet", {{"ChangeSetName", inner}}), HasSubstr("ChangeSetNotFound"));
}

TEST_F(NestedChangeSetsTest, WhatIsNestedAndStaysTheSameIsNoChange) {
    auto input = change_set("30");
    ok("CreateChangeSet", input);
    auto root = describe("next");
    EXPECT_EQ(root["Status"], codec::Json("FAILED"));
    EXPECT_THAT(std::string(root["StatusReason"].as_string()), HasSubstr("didn't contain changes"));
    // Without, whether they change is told only when they are looked at.
    input["ChangeSetName"] = "plain";
    input["IncludeNestedStacks"] = false;
    ok("CreateChangeSet", input);
    EXPECT_EQ(describe("plain")["Status"], codec::Json("CREATE_COMPLETE"));
}

TEST_F(NestedChangeSetsTest, AChangedTemplateShowsInTheInnermost) {
    std::string& leaf = objects_.objects["templates/leaf.yaml"];
    leaf.replace(leaf.find("!Ref Timeout"), 12, "77");
    ok("CreateChangeSet", change_set("30"));
    auto root = describe("next");
    auto middle = by_id(nested_id(root));
    EXPECT_THAT(codec::to_json(by_id(nested_id(middle))["Changes"]), HasSubstr("VisibilityTimeout"));
}

TEST_F(NestedChangeSetsTest, TheyGoWithTheirRoot) {
    ok("CreateChangeSet", change_set("40"));
    auto root = describe("next");
    const std::string middle = nested_id(root);
    auto shown = by_id(middle);
    const std::string leaf = nested_id(shown);
    ok("DeleteChangeSet", {{"StackName", "pipe"}, {"ChangeSetName", "next"}});
    EXPECT_THAT(error("DescribeChangeSet", {{"ChangeSetName", middle}}), HasSubstr("ChangeSetNotFound"));
    EXPECT_THAT(error("DescribeChangeSet", {{"ChangeSetName", leaf}}), HasSubstr("ChangeSetNotFound"));
    EXPECT_EQ(codec::to_json(ok("ListChangeSets", {{"StackName", middle_}})["Summaries"]), "[]");
}

TEST_F(NestedChangeSetsTest, ATemplateThatCannotBeReadIsRefused) {
    objects_.objects["templates/leaf.yaml"] =
        "Parameters: {Timeout: {Type: Number}}\nResources: {Q: {Type: AWS::No::Thing}}";
    EXPECT_THAT(error("CreateChangeSet", change_set("40")),
                testing::AllOf(HasSubstr("Nested stack Leaf"), HasSubstr("Unrecognized resource types")));
    objects_.objects.erase("templates/leaf.yaml");
    EXPECT_THAT(error("CreateChangeSet", change_set("40")), HasSubstr("S3 error"));
    EXPECT_EQ(codec::to_json(ok("ListChangeSets", {{"StackName", "pipe"}})["Summaries"]), "[]");
}

TEST_F(NestedChangeSetsTest, AStackThatIsStillToBeMadeIsNotLookedInto) {
    ok("CreateChangeSet", {{"StackName", "other"},
                           {"ChangeSetName", "first"},
                           {"ChangeSetType", "CREATE"},
                           {"TemplateBody", kRoot},
                           {"IncludeNestedStacks", true}});
    auto first = ok("DescribeChangeSet", {{"StackName", "other"}, {"ChangeSetName", "first"}});
    EXPECT_EQ(first["Status"], codec::Json("CREATE_COMPLETE"));
    EXPECT_EQ(nested_id(first), "");
}

/// What a request asks beside.
TEST_F(NestedChangeSetsTest, ADeploymentConfigIsHonouredAndShown) {
    const codec::JsonObject express{{"Mode", "EXPRESS"}, {"DisableRollback", true}};
    provider_.failing = {"create Queue"};
    const char* body = "Resources: {Queue: {Type: AWS::SQS::Queue}}";
    ok("CreateStack", {{"StackName", "left"}, {"TemplateBody", body}, {"DeploymentConfig", express}});
    EXPECT_EQ(status("left"), "CREATE_FAILED");
    ok("CreateStack", {{"StackName", "back"},
                       {"TemplateBody", body},
                       {"DeploymentConfig", codec::JsonObject{{"Mode", "EXPRESS"}}}});
    EXPECT_EQ(status("back"), "ROLLBACK_COMPLETE");
    ok("CreateChangeSet", {{"StackName", "set"},
                           {"ChangeSetName", "first"},
                           {"ChangeSetType", "CREATE"},
                           {"TemplateBody", body},
                           {"DeploymentConfig", express},
                           {"ImportExistingResources", true}});
    auto shown = ok("DescribeChangeSet", {{"StackName", "set"}, {"ChangeSetName", "first"}});
    EXPECT_EQ(codec::to_json(shown["DeploymentConfig"]), R"({"Mode":"EXPRESS","DisableRollback":true})");
    EXPECT_EQ(shown["ImportExistingResources"], codec::Json(true));
    ok("ExecuteChangeSet", {{"StackName", "set"}, {"ChangeSetName", "first"}});
    executor_.run_ready();
    EXPECT_EQ(status("set"), "CREATE_FAILED");
}

}  // namespace
}  // namespace millrace::cloudformation
