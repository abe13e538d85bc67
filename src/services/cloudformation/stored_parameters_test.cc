#include <gmock/gmock.h>

#include "services/cloudformation/service_fixture.h"

namespace millrace::cloudformation {
namespace {

using testing::HasSubstr;

constexpr const char* kBody = R"(
Parameters:
  Timeout: {Type: "AWS::SSM::Parameter::Value<String>", Default: /app/timeout, NoEcho: true}
  Names: {Type: "AWS::SSM::Parameter::Value<List<String>>", Default: /app/names}
  Key: {Type: "AWS::SSM::Parameter::Name", Default: /app/timeout}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {QueueName: !Select [1, !Ref Names], VisibilityTimeout: !Ref Timeout}
Outputs:
  Key: {Value: !Ref Key}
)";

class StoredParametersTest : public ServiceFixture {
  protected:
    StoredParametersTest() {
        parameters_.stored["/app/timeout"] = {"77"};
        parameters_.stored["/app/names"] = {"first,second", true};
    }

    std::string shown() { return codec::to_json(stack()["Parameters"]); }
    std::string timeout() { return codec::to_json(provider_.existing["second"]["VisibilityTimeout"]); }
};

TEST_F(StoredParametersTest, AreLookedUpAndKept) {
    create(kBody);
    EXPECT_EQ(timeout(), "\"77\"");
    EXPECT_THAT(codec::to_json(stack()["Outputs"]), HasSubstr("/app/timeout"));
    for (int round = 0; round < 2; ++round) {
        EXPECT_THAT(shown(), HasSubstr(R"("ParameterValue":"/app/names","ResolvedValue":"first,second")"));
        EXPECT_THAT(shown(), HasSubstr(R"("ParameterValue":"****","ResolvedValue":"****")"));
        restart();
    }
}

TEST_F(StoredParametersTest, AnUpdateLooksAgain) {
    create(kBody);
    const codec::JsonObject same{{"StackName", "pipe"}, {"UsePreviousTemplate", true}};
    EXPECT_THAT(error("UpdateStack", same), HasSubstr("No updates are to be performed"));
    parameters_.stored["/app/timeout"].value = "78";
    ok("UpdateStack", same);
    EXPECT_EQ(timeout(), "\"78\"");
}

TEST_F(StoredParametersTest, WhatIsMissingOrOfAnotherKindIsRefused) {
    const codec::JsonObject input{{"StackName", "pipe"}, {"TemplateBody", kBody}};
    parameters_.stored["/app/names"].is_list = false;
    EXPECT_EQ(error("CreateStack", input),
              "ValidationError: Parameters [/app/names] referenced by template have types not matching with "
              "parameter store.");
    parameters_.stored.clear();
    EXPECT_EQ(error("CreateStack", input),
              "ValidationError: Unable to fetch parameters [/app/timeout,/app/names,/app/timeout] from "
              "parameter store for this account.");
}

TEST_F(StoredParametersTest, NumbersAndNamesAreLookedUpToo) {
    const std::string body =
        "Parameters:\n"
        "  Timeout: {Type: 'AWS::SSM::Parameter::Value<Number>', Default: /app/timeout}\n"
        "  All: {Type: 'AWS::SSM::Parameter::Value<List<Number>>', Default: /app/all}\n"
        "  Name: {Type: 'AWS::SSM::Parameter::Value<AWS::SSM::Parameter::Name>', Default: /app/name}\n"
        "Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Name}}}\n"
        "Outputs: {O: {Value: !Join [' ', [!Ref Timeout, !Select [1, !Ref All]]]}}\n";
    parameters_.stored["/app/all"] = {"1,2", true};
    parameters_.stored["/app/name"] = {"second"};
    create(body);
    EXPECT_EQ(stack()["Outputs"].as_array()[0].at("OutputValue"), "77 2");
    EXPECT_TRUE(provider_.existing.contains("second"));
    parameters_.stored["/app/timeout"] = {"long"};
    parameters_.stored["/app/all"] = {"1,two", true};
    EXPECT_EQ(error("CreateStack", {{"StackName", "other"}, {"TemplateBody", body}}),
              "ValidationError: Parameters [/app/timeout,/app/all] referenced by template have types not "
              "matching with parameter store.");
}

constexpr const char* kDynamic = R"(
Parameters: {Stage: {Type: String, Default: app}}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {QueueName: !Sub "q-{{resolve:ssm:/${Stage}/timeout:1}}-{{resolve:ssm:/app/names}}", VisibilityTimeout: "{{resolve:ssm:/app/timeout}}"}
Outputs:
  Timeout: {Value: "{{resolve:ssm:/app/timeout}}"}
)";

TEST_F(StoredParametersTest, DynamicReferencesAreLookedUpWhenTheRequestComes) {
    parameters_.stored["/app/timeout:1"] = {"{{resolve:ssm:/app/names}}"};
    const std::string name = "q-{{resolve:ssm:/app/names}}-first,second";  // a value is no reference
    provider_.loses_answers = {"create Queue"};
    create(kDynamic);
    parameters_.stored.clear();
    provider_.loses_answers.clear();
    restart();
    EXPECT_EQ(status(), "ROLLBACK_COMPLETE");
    EXPECT_EQ(error("UpdateStack", {{"StackName", "other"}, {"TemplateBody", kDynamic}}),
              "ValidationError: Stack [other] does not exist");
    EXPECT_EQ(error("CreateStack", {{"StackName", "other"}, {"TemplateBody", kDynamic}}),
              "ValidationError: Parameters: [ssm:/app/names, ssm:/app/timeout, ssm:/app/timeout:1] cannot be "
              "found.");
    parameters_.stored["/app/timeout"] = {"77"};
    parameters_.stored["/app/timeout:1"] = {"{{resolve:ssm:/app/names}}"};
    parameters_.stored["/app/names"] = {"first,second", true};
    ok("DeleteStack", {{"StackName", "pipe"}});
    create(kDynamic);
    EXPECT_EQ(codec::to_json(provider_.existing[name]["VisibilityTimeout"]), "\"77\"");
    EXPECT_THAT(codec::to_json(stack()["Outputs"]), HasSubstr(R"("OutputValue":"77")"));
    const codec::JsonObject same{{"StackName", "pipe"}, {"UsePreviousTemplate", true}};
    EXPECT_THAT(error("UpdateStack", same), HasSubstr("No updates are to be performed"));
    parameters_.stored["/app/timeout"].value = "78";
    ok("UpdateStack", same);
    EXPECT_EQ(codec::to_json(provider_.existing[name]["VisibilityTimeout"]), "\"78\"");
}

TEST_F(StoredParametersTest, ADynamicReferenceCannotNameWhatTheDeploymentMakes) {
    const std::string body =
        "Resources:\n  Other: {Type: AWS::SQS::Queue}\n"
        "  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub 'q-{{resolve:ssm:/${Other}/x}}'}}\n";
    EXPECT_EQ(
        error("CreateStack", {{"StackName", "pipe"}, {"TemplateBody", body}}),
        "ValidationError: Template error: a dynamic reference cannot depend on what the deployment makes "
        "(at /Resources/Queue/Properties/QueueName)");
    const std::string output =
        "Resources: {Other: {Type: AWS::SQS::Queue}}\n"
        "Outputs: {O: {Value: !Sub '{{resolve:ssm:${Other}}}'}}\n";
    EXPECT_THAT(error("CreateStack", {{"StackName", "pipe"}, {"TemplateBody", output}}),
                HasSubstr("cannot depend on what the deployment makes (at /Outputs/O/Value)"));
}

TEST_F(StoredParametersTest, SkippedResourcesMayReferToAnything) {
    allow_unknown_types_ = true;
    restart();
    create(R"(
Resources:
  Database:
    Type: AWS::RDS::DBInstance
    Properties:
      MasterUserPassword: '{{resolve:secretsmanager:S:SecretString:password}}'
      MasterUsername: !Sub '{{resolve:ssm:/is/not/there}}-${AWS::Region}'
)");
    EXPECT_EQ(status(), "CREATE_COMPLETE");
    const std::string queue =
        "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: '{{resolve:secretsmanager:S}}'}}}";
    EXPECT_THAT(error("CreateStack", {{"StackName", "other"}, {"TemplateBody", queue}}),
                HasSubstr("dynamic references are offered to ssm only"));
}

TEST_F(StoredParametersTest, ATypeThatIsNotOfferedMayStandUnderAConditionThatDoesNotHold) {
    const auto body = [](const char* right) {
        return std::string("Conditions: {Made: !Equals [a, ") + right +
               "]}\nResources:\n  Queue: {Type: AWS::SQS::Queue}\n"
               "  Key: {Type: AWS::No::Thing, Condition: Made, Properties: {Any: !Ref Queue}}\n"
               "Outputs: {Key: {Condition: Made, Value: !GetAtt Key.Arn}}\n";
    };
    create(body("b"));
    EXPECT_EQ(status(), "CREATE_COMPLETE");
    EXPECT_THAT(codec::to_json(ok("GetTemplateSummary", {{"StackName", "pipe"}})["Warnings"]),
                HasSubstr("AWS::No::Thing"));
    EXPECT_THAT(error("UpdateStack", {{"StackName", "pipe"}, {"TemplateBody", body("a")}}),
                HasSubstr("Unrecognized resource types: [AWS::No::Thing]"));
    EXPECT_THAT(error("CreateStack",
                      {{"StackName", "other"}, {"TemplateBody", "Resources: {Key: {Type: AWS::No::Thing}}"}}),
                HasSubstr("Unrecognized resource types: [AWS::No::Thing]"));
}

}  // namespace
}  // namespace millrace::cloudformation
