#include <gmock/gmock.h>

#include "services/cloudformation/service_fixture.h"

namespace millrace::cloudformation {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kUrl = "https://templates.s3.us-east-1.amazonaws.com/child.yaml";

/// A nested stack, and a queue named by its output; `more` are further resources.
std::string parent(const std::string& timeout = "30", const std::string& more = "") {
    return R"(
Resources:
  Child:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: )" +
           std::string(kUrl) + R"(
      Parameters: {Timeout: )" +
           timeout + R"(, Names: [a, b]}
  Queue:
    Type: AWS::SQS::Queue
    Properties: {QueueName: !GetAtt Child.Outputs.Label}
)" + more + R"(
Outputs:
  Label: {Value: !GetAtt Child.Outputs.Label}
)";
}

constexpr const char* kChild = R"(
Parameters:
  Timeout: {Type: Number}
  Names: {Type: CommaDelimitedList}
Resources:
  Inner:
    Type: AWS::SQS::Queue
    Properties: {QueueName: inner, VisibilityTimeout: !Ref Timeout}
Outputs:
  Label: {Value: !Sub "label-${AWS::AccountId}"}
)";

class NestedStacksTest : public ServiceFixture {
  protected:
    NestedStacksTest() { objects_.objects["templates/child.yaml"] = kChild; }

    std::string child_id(const char* logical_id = "Child") { return physical_id(logical_id); }
    void update(const std::string& template_body) {
        ok("UpdateStack", {{"StackName", "pipe"}, {"TemplateBody", template_body}});
    }
    std::string inner_timeout() {
        const auto inner = provider_.existing.find("inner");
        return inner == provider_.existing.end() ? "gone"
                                                 : codec::to_json(inner->second["VisibilityTimeout"]);
    }
};

TEST_F(NestedStacksTest, IsMadeWithParametersTagsAndOutputs) {
    const std::string id =
        create(parent(), {{"Tags", codec::JsonArray({codec::JsonObject{{"Key", "k"}, {"Value", "v"}}})}});
    EXPECT_EQ(status(), "CREATE_COMPLETE");
    auto child = stack(child_id());
    EXPECT_EQ(child["ParentId"].as_string(), id);
    EXPECT_EQ(child["RootId"].as_string(), id);
    EXPECT_THAT(std::string(child["StackName"].as_string()), testing::StartsWith("pipe-Child-"));
    EXPECT_EQ(codec::to_json(child["Tags"]), R"([{"Key":"k","Value":"v"}])");
    EXPECT_THAT(codec::to_json(child["Parameters"]), HasSubstr(R"("ParameterValue":"a,b")"));
    EXPECT_EQ(inner_timeout(), "\"30\"");
    EXPECT_TRUE(provider_.existing.contains("label-000000000000"));

    ok("DeleteStack", {{"StackName", "pipe"}});
    EXPECT_EQ(status(id), "DELETE_COMPLETE");
    EXPECT_THAT(provider_.existing, IsEmpty());
}

TEST_F(NestedStacksTest, AnUpdateGoesThroughAndCleansUpWithItsParent) {
    create(parent("30"));
    const std::string child = child_id();
    update(parent("40"));
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_EQ(status(child), "UPDATE_COMPLETE");
    EXPECT_EQ(inner_timeout(), "\"40\"");
    // The same parent template: the nested template is looked at all the same.
    std::string changed = kChild;
    changed.replace(changed.find("!Ref Timeout"), 12, "55");
    objects_.objects["templates/child.yaml"] = changed;
    update(parent("40"));
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_EQ(inner_timeout(), "55");
}

TEST_F(NestedStacksTest, AnUpdateOfTheParentThatFailsTakesTheNestedOneBack) {
    create(parent("30"));
    const std::string child = child_id();
    provider_.failing = {"create Late"};
    objects_.objects["templates/child.yaml"] += "  More: {Value: new}\n";
    update(parent("40", "  Late: {Type: AWS::SQS::Queue, DependsOn: Child}\n"));
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(status(child), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(inner_timeout(), "\"30\"");
    EXPECT_EQ(stack(child)["Outputs"].as_array().size(), 1U);
    // What was not to be taken back is no secret from then on.
    provider_.failing.clear();
    update(parent("50"));
    EXPECT_EQ(inner_timeout(), "\"50\"");
    EXPECT_EQ(status(child), "UPDATE_COMPLETE");
}

TEST_F(NestedStacksTest, WaitsForItsParentAcrossARestart) {
    create(parent("30",
                  "  Thing: {Type: Custom::T, DependsOn: Child, Properties: {ServiceToken: "
                  "'arn:aws:lambda:us-east-1:000000000000:function:f'}}\n"));
    const auto answer = [&](const char* state) {
        const auto& asked = functions_.events.back().payload;
        put(asked.at("ResponseURL").as_string(),
            std::string(R"({"Status":")") + state + R"(","PhysicalResourceId":"t"})");
    };
    answer("SUCCESS");
    EXPECT_EQ(status(), "CREATE_COMPLETE");
    const std::string child = child_id();
    const auto updated = [&](const char* timeout) {
        update(parent(timeout,
                      std::string("  Thing: {Type: Custom::T, DependsOn: Child, Properties: {ServiceToken: "
                                  "'arn:aws:lambda:us-east-1:000000000000:function:f', N: ") +
                          timeout + "}}\n"));
    };
    updated("40");
    EXPECT_EQ(status(), "UPDATE_IN_PROGRESS");
    EXPECT_EQ(status(child), "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
    restart();
    EXPECT_EQ(status(child), "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
    answer("SUCCESS");
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_EQ(status(child), "UPDATE_COMPLETE");

    updated("50");
    restart();
    answer("FAILED");
    EXPECT_EQ(status(child), "UPDATE_ROLLBACK_COMPLETE");
    answer("SUCCESS");
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(inner_timeout(), "\"40\"");
}

TEST_F(NestedStacksTest, ACreationThatFailsTellsWhyAndLeavesNothing) {
    provider_.failing = {"create Inner"};
    create(parent());
    EXPECT_EQ(status(), "ROLLBACK_COMPLETE");
    EXPECT_THAT(events(), Contains(testing::AllOf(
                              HasSubstr("Child CREATE_FAILED: Embedded stack arn:"),
                              HasSubstr("was not successfully created: The following resource(s) failed "
                                        "to create: [Inner]"))));
    EXPECT_THAT(provider_.existing, IsEmpty());
}

TEST_F(NestedStacksTest, ATemplateThatChangedIsTakenBackToo) {
    create(parent("30"));
    std::string& child = objects_.objects["templates/child.yaml"];
    child.replace(child.find("!Ref Timeout"), 12, "55");
    provider_.failing = {"create Late"};
    update(parent("30", "  Late: {Type: AWS::SQS::Queue, DependsOn: Child}\n"));
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(status(child_id()), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(inner_timeout(), "\"30\"");
}

TEST_F(NestedStacksTest, AnUpdateInsideGoesOnAfterARestart) {
    std::string& child = objects_.objects["templates/child.yaml"];
    child.insert(child.find("Outputs:"),
                 "  Made: {Type: Custom::M, Properties: {ServiceToken: "
                 "'arn:aws:lambda:us-east-1:000000000000:function:f', T: !Ref Timeout}}\n");
    const auto answer = [&] {
        put(functions_.events.back().payload.at("ResponseURL").as_string(),
            R"({"Status":"SUCCESS","PhysicalResourceId":"m"})");
    };
    create(parent("30"));
    answer();
    EXPECT_EQ(status(), "CREATE_COMPLETE");
    update(parent("40"));
    EXPECT_EQ(status(child_id()), "UPDATE_IN_PROGRESS");
    restart();
    EXPECT_EQ(status(), "UPDATE_IN_PROGRESS");
    ASSERT_EQ(functions_.events.size(), 2U);
    answer();
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
    EXPECT_EQ(status(child_id()), "UPDATE_COMPLETE");
}

TEST_F(NestedStacksTest, AnUpdateThatFailsFailsItsParent) {
    create(parent("30"));
    const std::string child = child_id();
    provider_.failing = {"update Inner"};
    update(parent("40"));
    EXPECT_EQ(status(child), "UPDATE_ROLLBACK_FAILED");  // its rollback could not touch the resource either
    EXPECT_EQ(status(), "UPDATE_ROLLBACK_FAILED");
    EXPECT_THAT(events(),
                Contains(HasSubstr("was not successfully updated. Currently in UPDATE_ROLLBACK_FAILED")));
}

TEST_F(NestedStacksTest, ACreationInsideGoesOnAfterARestart) {
    const std::string token = "'arn:aws:lambda:us-east-1:000000000000:function:f'";
    objects_.objects["templates/child.yaml"] = std::string(kChild) + "  Id: {Value: !Ref Made}\n";
    std::string& child = objects_.objects["templates/child.yaml"];
    child.insert(child.find("Outputs:"),
                 "  Made: {Type: Custom::M, Properties: {ServiceToken: " + token + "}}\n");
    create(parent());
    EXPECT_EQ(status(), "CREATE_IN_PROGRESS");
    const std::string made = child_id();
    EXPECT_EQ(status(made), "CREATE_IN_PROGRESS") << "known while it is being made";
    restart();
    EXPECT_EQ(status(), "CREATE_IN_PROGRESS");
    ASSERT_EQ(functions_.events.size(), 1U);
    put(functions_.events[0].payload.at("ResponseURL").as_string(),
        R"({"Status":"SUCCESS","PhysicalResourceId":"m"})");
    EXPECT_EQ(status(), "CREATE_COMPLETE");
    EXPECT_EQ(status(made), "CREATE_COMPLETE");
    EXPECT_THAT(events(), Contains("Child CREATE_IN_PROGRESS: Resource creation Initiated").Times(1));

    // A deletion too.
    const std::string id = child_id();
    EXPECT_EQ(id, made);
    ok("DeleteStack", {{"StackName", "pipe"}});
    EXPECT_EQ(status(id), "DELETE_IN_PROGRESS");
    restart();
    ASSERT_EQ(functions_.events.size(), 2U);
    put(functions_.events[1].payload.at("ResponseURL").as_string(), R"({"Status":"SUCCESS"})");
    EXPECT_EQ(status(id), "DELETE_COMPLETE");
    EXPECT_THAT(provider_.existing, IsEmpty());
}

TEST_F(NestedStacksTest, AnotherFailureEndsACreationInside) {
    objects_.objects["templates/child.yaml"] =
        "Resources: {H: {Type: AWS::CloudFormation::WaitConditionHandle}, W: {Type: "
        "AWS::CloudFormation::WaitCondition, "
        "Properties: {Handle: !Ref H, Timeout: 600}}}\n";
    provider_.answers_at_once = false;
    provider_.failing = {"create Other"};
    create(
        std::string("Resources:\n  Child: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: '") +
        kUrl + "'}}\n  Other: {Type: AWS::SQS::Queue}\n");
    EXPECT_EQ(status(), "CREATE_IN_PROGRESS");
    provider_.answer_waiting();
    executor_.run_ready();
    EXPECT_EQ(status(), "ROLLBACK_COMPLETE");
    EXPECT_THAT(events(), Contains("Child CREATE_FAILED: Resource creation cancelled"));
    const auto all = ok("ListStacks", {{"StackStatusFilter", codec::JsonArray({"DELETE_COMPLETE"})}});
    EXPECT_EQ(all.at("StackSummaries").as_array().size(), 1U);
}

TEST_F(NestedStacksTest, ATemplateThatComesTooLateBeginsNothing) {
    objects_.objects["templates/child.yaml"] = "Resources: {Q: {Type: AWS::SQS::Queue}}";
    objects_.answers_at_once = false;
    provider_.answers_at_once = false;
    provider_.failing = {"create Other"};
    create(
        std::string("Resources:\n  Child: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: '") +
        kUrl + "'}}\n  Other: {Type: AWS::SQS::Queue}\n");
    provider_.answer_waiting();
    executor_.run_ready();
    EXPECT_EQ(status(), "ROLLBACK_COMPLETE");
    objects_.answer_waiting();
    executor_.run_ready();
    EXPECT_EQ(ok("ListStacks", {}).at("StackSummaries").as_array().size(), 1U);
}

TEST_F(NestedStacksTest, WhatIsWrongWithItIsTold) {
    objects_.objects.clear();
    create(parent());
    EXPECT_EQ(status(), "ROLLBACK_COMPLETE");
    EXPECT_THAT(events(),
                Contains(HasSubstr("Child CREATE_FAILED: S3 error: The specified key does not exist.")));
    EXPECT_THAT(
        error("CreateStack",
              {{"StackName", "x"}, {"TemplateBody", "Resources: {C: {Type: AWS::CloudFormation::Stack}}"}}),
        HasSubstr("TemplateURL cannot be empty"));
}

TEST_F(NestedStacksTest, CapabilitiesComeFromTheParent) {
    objects_.objects["templates/child.yaml"] =
        "Resources: {R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}}";
    const std::string body =
        std::string("Resources: {Child: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: '") +
        kUrl + "'}}}";
    ok("CreateStack", {{"StackName", "without"}, {"TemplateBody", body}});
    EXPECT_EQ(status("without"), "ROLLBACK_COMPLETE");
    EXPECT_THAT(events("without"), Contains(HasSubstr("Requires capabilities : [CAPABILITY_IAM]")));
    create(body);
    EXPECT_EQ(status(), "CREATE_COMPLETE");
}

TEST_F(NestedStacksTest, AChangeSetShowsThatItMayChange) {
    create(parent());
    ok("CreateChangeSet", {{"StackName", "pipe"}, {"ChangeSetName", "c"}, {"TemplateBody", parent()}});
    const auto shown =
        codec::to_json(ok("DescribeChangeSet", {{"StackName", "pipe"}, {"ChangeSetName", "c"}}));
    EXPECT_THAT(shown, HasSubstr(R"("ChangeSource":"Automatic")"));
    EXPECT_THAT(shown, HasSubstr(R"("Status":"CREATE_COMPLETE")"));
    ok("ExecuteChangeSet", {{"StackName", "pipe"}, {"ChangeSetName", "c"}});
    EXPECT_EQ(status(), "UPDATE_COMPLETE");
}

TEST_F(NestedStacksTest, TemplatesOfStacksMayStandAtUrlsToo) {
    ok("CreateStack",
       {{"StackName", "pipe"},
        {"TemplateURL", kUrl},
        {"Parameters",
         codec::JsonArray({codec::JsonObject{{"ParameterKey", "Timeout"}, {"ParameterValue", "1"}},
                           codec::JsonObject{{"ParameterKey", "Names"}, {"ParameterValue", "x"}}})}});
    EXPECT_EQ(status(), "CREATE_COMPLETE");
    EXPECT_EQ(ok("ValidateTemplate", {{"TemplateURL", kUrl}})["Parameters"].as_array().size(), 2U);
    EXPECT_EQ(ok("GetTemplateSummary", {{"TemplateURL", kUrl}})["Parameters"].as_array().size(), 2U);
    EXPECT_THAT(error("ValidateTemplate", {{"TemplateURL", "ftp://somewhere/else"}}),
                HasSubstr("must be a supported URL"));
    EXPECT_THAT(error("ValidateTemplate", {{"TemplateURL", kUrl}, {"TemplateBody", kChild}}),
                HasSubstr("not both"));
    EXPECT_THAT(error("ValidateTemplate", {{"TemplateURL", "s3://templates/none"}}),
                HasSubstr("S3 error: The specified key does not exist."));
    std::string large = std::string(kChild) + "#";
    large.resize(kTemplateUrlBytesMax, 'x');
    objects_.objects["templates/child.yaml"] = large;
    EXPECT_EQ(error("ValidateTemplate", {{"TemplateURL", kUrl}}), "200");
    objects_.objects["templates/child.yaml"] += "x";
    EXPECT_THAT(error("ValidateTemplate", {{"TemplateURL", kUrl}}), HasSubstr("may not exceed"));
}

}  // namespace
}  // namespace millrace::cloudformation
