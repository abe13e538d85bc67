#include "services/cloudformation/sam/sam.h"

#include <fstream>
#include <gmock/gmock.h>
#include <sstream>

#include "codec/json.h"
#include "services/cloudformation/sam/stable_json.h"
#include "services/cloudformation/template/transform.h"

namespace millrace::cloudformation::sam {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

const PseudoParameters kPseudo{"123456789012", "us-east-1", "pipe", "arn:aws:cloudformation:..."};

std::string file(const std::string& name) {
    std::ifstream in(std::string(MILLRACE_TESTDATA) + "/" + name);
    EXPECT_TRUE(in) << name;
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

Result<TemplateSource> transformed(const std::string& body, bool allow_unknown = false) {
    auto source = parse_source(body);
    if (!source) return std::unexpected(source.error());
    auto parameters = millrace::cloudformation::resolve_parameters(source->parameters, {});
    if (!parameters) return std::unexpected(parameters.error());
    return apply_transforms(std::move(*source), *parameters, kPseudo, allow_unknown);
}

std::string error_of(const std::string& properties, const std::string& more = "") {
    auto made = transformed("Transform: AWS::Serverless-2016-10-31\n" + more +
                            "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: {" +
                            properties + "}\n");
    return made ? "none" : made.error().message;
}

class TranslatorTest : public testing::TestWithParam<const char*> {};

/// What AWS's own translator made of the same template (tools/sam_fixtures.py).
TEST_P(TranslatorTest, MakesWhatAwsMakes) {
    auto made = transformed(file(std::string(GetParam()) + ".yaml"));
    ASSERT_TRUE(made) << made.error().message;
    auto wanted = codec::parse_json(file(std::string(GetParam()) + ".json"));
    ASSERT_TRUE(wanted);
    for (const auto& [name, section] : wanted->as_object()) {
        const auto* ours = made->root.if_contains(name);
        ASSERT_NE(ours, nullptr) << std::string_view(name);
        if (!section.is_object()) {
            EXPECT_EQ(stable_json(*ours), stable_json(section));
            continue;
        }
        std::set<std::string> ids, our_ids;
        for (const auto& entry : section.as_object()) ids.emplace(entry.key());
        for (const auto& entry : ours->as_object()) our_ids.emplace(entry.key());
        EXPECT_EQ(our_ids, ids) << std::string_view(name);
        for (const auto& [id, value] : section.as_object()) {
            if (const auto* our = ours->as_object().if_contains(id)) {
                EXPECT_EQ(stable_json(*our), stable_json(value)) << std::string_view(id);
            }
        }
    }
    EXPECT_EQ(made->root.size(), wanted->as_object().size());
}

TEST(Sam, OtherTypesAreCheckedToo) {
    const auto error = [](const std::string& type, const std::string& properties) {
        auto made = transformed(
            "Transform: AWS::Serverless-2016-10-31\nResources:\n  L:\n    Type: AWS::Serverless::" + type +
            "\n    Properties: {" + properties + "}\n");
        return made ? "none" : made.error().message;
    };
    EXPECT_THAT(error("LayerVersion", ""), HasSubstr("Missing required property 'ContentUri'"));
    EXPECT_THAT(error("LayerVersion", "ContentUri: here"), HasSubstr("'ContentUri' is not a valid S3 Uri"));
    EXPECT_THAT(error("LayerVersion", "ContentUri: 's3://b/k', RetentionPolicy: Sometimes"),
                HasSubstr("'RetentionPolicy' must be one of"));
    EXPECT_THAT(error("LayerVersion", "ContentUri: 's3://b/k', Size: 1"),
                HasSubstr("property Size not defined"));
    EXPECT_THAT(error("Application", "Location: {ApplicationId: a, SemanticVersion: '1'}"),
                HasSubstr("Serverless Application Repository is not offered"));
    EXPECT_THAT(error("SimpleTable", ""), HasSubstr("AWS::Serverless::SimpleTable is not offered"));
    EXPECT_THAT(
        error_of("Runtime: python3.12, Handler: a.b, InlineCode: x, FunctionUrlConfig: {AuthType: SOME}"),
        HasSubstr("AuthType is required to configure function property"));
}

INSTANTIATE_TEST_SUITE_P(Templates, TranslatorTest,
                         testing::Values("minimal", "pipeline", "globals", "alias", "versions", "policies",
                                         "policy_templates", "optional_destinations", "failures", "events",
                                         "intrinsics", "attributes", "layers", "ignored_globals",
                                         "optional_roles", "publishing_layers"),
                         [](const auto& test) { return std::string(test.param); });

constexpr const char* kGood = "InlineCode: x, Handler: a.b, Runtime: python3.11";

TEST(SamTest, AQueueOfAConditionalFunctionNeedsBothConditions) {
    // AWS's translator writes a condition here that CloudFormation does not take.
    const auto made = transformed(R"(
Transform: AWS::Serverless-2016-10-31
Conditions: {A: !Equals [a, a], B: !Equals [a, b]}
Resources:
  F:
    Type: AWS::Serverless::Function
    Condition: A
    Properties:
      InlineCode: x
      Handler: a.b
      Runtime: python3.12
      EventInvokeConfig:
        DestinationConfig:
          OnFailure: {Type: SQS, Destination: !If [B, !Ref AWS::NoValue, arn]}
)");
    ASSERT_TRUE(made) << made.error().message;
    const std::string_view name =
        made->root.at("Resources").at("FEventInvokeConfigOnFailureQueue").at("Condition").as_string();
    EXPECT_TRUE(name.starts_with("AANDB")) << name;
    EXPECT_EQ(codec::to_json(made->root.at("Conditions").at(name)),
              R"({"Fn::And":[{"Condition":"A"},{"Condition":"B"}]})");
}

TEST(SamTest, NamesAllMistakesByLogicalId) {
    auto made = transformed(R"(
Transform: AWS::Serverless-2016-10-31
Resources:
  Late:
    Type: AWS::Serverless::Function
    Properties: {InlineCode: x}
  Fine: {Type: AWS::SQS::Queue}
  Early:
    Type: AWS::Serverless::Api
)");
    ASSERT_FALSE(made);
    EXPECT_EQ(
        made.error().message,
        "Transform AWS::Serverless-2016-10-31 failed with: Invalid Serverless Application Specification "
        "document. Number of errors found: 2. "
        "Resource with id [Early] is invalid. AWS::Serverless::Api is not offered by Millrace: of the "
        "AWS::Serverless types Function, LayerVersion and Application are. (line 8) "
        "Resource with id [Late] is invalid. Runtime and Handler needs to be present when PackageType is of "
        "type `Zip` (line 4)");
}

TEST(SamTest, NamesMistakes) {
    const auto with = [](const std::string& more) { return error_of(std::string(kGood) + ", " + more); };
    EXPECT_EQ(error_of("Handler: a.b, Runtime: python3.11"),
              "Transform AWS::Serverless-2016-10-31 failed with: Invalid Serverless Application "
              "Specification document. "
              "Number of errors found: 1. Resource with id [F] is invalid. Only one of 'InlineCode' or "
              "'CodeUri' can be "
              "set. (line 3)");
    EXPECT_THAT(error_of("InlineCode: x, Handler: a.b"),
                HasSubstr("Runtime and Handler needs to be present"));
    EXPECT_THAT(error_of("CodeUri: ./code, Handler: a.b, Runtime: r"),
                HasSubstr("'CodeUri' is not a valid S3 Uri"));
    EXPECT_THAT(error_of("CodeUri: s3://bucket, Handler: a.b, Runtime: r"),
                HasSubstr("'CodeUri' is not a valid S3 Uri"));
    EXPECT_THAT(error_of("CodeUri: {Bucket: b}, Handler: a.b, Runtime: r"),
                HasSubstr("requires Bucket and Key"));
    EXPECT_THAT(with("Nope: 1"),
                HasSubstr("property Nope not defined for resource of type AWS::Serverless::Function"));
    EXPECT_THAT(with("DeploymentPreference: {Type: Canary}"),
                HasSubstr("The property DeploymentPreference is not offered by Millrace."));
    EXPECT_THAT(with("PackageType: Image"), HasSubstr("only Zip"));
    EXPECT_THAT(with("Policies: [{DynamoDBCrudePolicy: {TableName: t}}]"),
                HasSubstr("DynamoDBCrudePolicy is none of SAM's policy templates"));
    EXPECT_THAT(with("Policies: [{DynamoDBStreamReadPolicy: {Table: t}}]"),
                HasSubstr("policy template 'DynamoDBStreamReadPolicy' don't have values: ['StreamName', "
                          "'TableName']"));
    EXPECT_THAT(with("Policies: [A, {SQSPollerPolicy: {Queue: q}}]"),
                HasSubstr("policy template 'SQSPollerPolicy' don't have values: ['QueueName']"));
    EXPECT_THAT(with("Policies: [A, 1]"),
                HasSubstr("Policy at index 1 in the 'Policies' property is not valid"));
    EXPECT_THAT(with("Events: {E: {Type: Api, Properties: {}}}"),
                HasSubstr("Event with id [E] is invalid. The event type 'Api' is not offered by Millrace"));
    EXPECT_THAT(with("Events: {E: {Type: SQS, Properties: {}}}"),
                HasSubstr("Missing required property 'Queue'."));
    EXPECT_THAT(with("Events: {E: {Type: Kinesis, Properties: {Stream: s}}}"),
                HasSubstr("Missing required property 'StartingPosition'."));
    EXPECT_THAT(with("Events: {E: {Type: SQS, Properties: {Queue: q, Size: 1}}}"),
                HasSubstr("property Size not defined for resource of type SQS"));
    EXPECT_THAT(with("AutoPublishAlias: '12'"), HasSubstr("AutoPublishAlias name ('12')"));
    EXPECT_THAT(with("AutoPublishAlias: !Sub '${F}'"),
                HasSubstr("must be a string or a Ref to a template parameter"));
    EXPECT_THAT(with("DeadLetterQueue: {Type: SQS}"), HasSubstr("requires Type and TargetArn"));
    EXPECT_THAT(with("EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: SNS}}}"),
                HasSubstr("Millrace makes queues only"));
    EXPECT_THAT(with("Tags: {'lambda:createdBy': me}"), HasSubstr("reserved Tag key name"));
}

TEST(SamTest, RefusesOtherTypesAndSections) {
    const auto of = [](const std::string& resources) {
        auto made = transformed("Transform: AWS::Serverless-2016-10-31\nResources: {" + resources + "}");
        return made ? "none" : made.error().message;
    };
    EXPECT_THAT(
        of("A: {Type: AWS::Serverless::Api}"),
        HasSubstr("Resource with id [A] is invalid. AWS::Serverless::Api is not offered by Millrace"));
    EXPECT_THAT(
        of("F: {Type: AWS::Serverless::Function, Connectors: {}, Properties: {" + std::string(kGood) + "}}"),
        HasSubstr("Connectors are not offered"));
    EXPECT_THAT(of("FRole: {Type: AWS::SQS::Queue}, F: {Type: AWS::Serverless::Function, Properties: {" +
                   std::string(kGood) + "}}"),
                HasSubstr("attempts to create a new resource [FRole] of type \"AWS::IAM::Role\""));
    EXPECT_THAT(error_of(kGood, "Globals: {Api: {Name: x}}\n"),
                HasSubstr("'Globals' section is invalid. 'Api'"));
    EXPECT_EQ(error_of(kGood, "Globals: {Function: {FunctionUrlConfig: {AuthType: NONE}}}\n"), "none");
    EXPECT_THAT(error_of(kGood, "Globals: {Function: {DeploymentPreference: {Type: Canary}}}\n"),
                HasSubstr("The property DeploymentPreference is not offered by Millrace."));
    EXPECT_THAT(error_of(kGood, "Globals: {Function: {Events: {}}}\n"),
                HasSubstr("'Events' is not a supported property of 'Function'. (line 2)"));
    auto plain = parse_source("Globals: {Function: {}}\nResources: {Q: {Type: AWS::SQS::Queue}}");
    ASSERT_FALSE(plain);
    EXPECT_THAT(plain.error().message, HasSubstr("Invalid template property or properties [Globals]"));
}

/// "logical id: type" of what is made where unknown types are allowed.
std::vector<std::string> made_leniently(const std::string& body) {
    auto made = transformed("Transform: AWS::Serverless-2016-10-31\n" + body, true);
    if (!made) return {made.error().message};
    std::vector<std::string> resources;
    for (const auto& [id, resource] : made->root.at("Resources").as_object())
        resources.push_back(std::string(id) + ": " + std::string(resource.at("Type").as_string()));
    return resources;
}

std::string lenient_function(const std::string& more) {
    return "Resources: {F: {Type: AWS::Serverless::Function, Properties: {" + std::string(kGood) + ", " +
           more + "}}}";
}

TEST(SamTest, SkipsEventsWhereUnknownTypesAreAllowed) {
    EXPECT_THAT(
        made_leniently(lenient_function("Events: {Hello: {Type: Api, Properties: {Path: /, Method: get}}, "
                                        "Web: {Type: HttpApi}}")),
        UnorderedElementsAre("F: AWS::Lambda::Function", "FRole: AWS::IAM::Role",
                             "FHelloPermission: AWS::Serverless::ApiEvent",
                             "FWebPermission: AWS::Serverless::HttpApiEvent",
                             "ServerlessRestApi: AWS::ApiGateway::RestApi",
                             "ServerlessRestApiProdStage: AWS::ApiGateway::Stage",
                             "ServerlessRestApiDeployment: AWS::ApiGateway::Deployment",
                             "ServerlessHttpApi: AWS::ApiGatewayV2::Api",
                             "ServerlessHttpApiApiGatewayDefaultStage: AWS::ApiGatewayV2::Stage"));
    EXPECT_THAT(
        made_leniently(lenient_function("Events: {E: {Type: Schedule}, T: {Type: DynamoDB}, B: {Type: S3}, "
                                        "A: {Type: Api, Properties: {RestApiId: x}}}, "
                                        "DeploymentPreference: {Type: AllAtOnce}")),
        UnorderedElementsAre("F: AWS::Lambda::Function", "FRole: AWS::IAM::Role", "FE: AWS::Events::Rule",
                             "FT: AWS::Serverless::DynamoDBEvent", "FBPermission: AWS::Serverless::S3Event",
                             "FAPermission: AWS::Serverless::ApiEvent",
                             "FDeploymentGroup: AWS::CodeDeploy::DeploymentGroup"));
    EXPECT_THAT(made_leniently(lenient_function("Events: {E: {Type: Shedule}}")),
                ElementsAre(HasSubstr("The event type 'Shedule' is not offered")));
}

TEST(SamTest, SkipsTypesWhereUnknownTypesAreAllowed) {
    EXPECT_THAT(made_leniently(R"(
Globals: {Api: {Cors: '*'}}
Resources:
  Front: {Type: AWS::Serverless::Api, Properties: {StageName: live, DefinitionBody: {Fn::Transform: x}}}
  Table: {Type: AWS::Serverless::SimpleTable}
  Steps: {Type: AWS::Serverless::StateMachine, Properties: {Events: {E: {Type: Api}}}}
  Queue: {Type: AWS::SQS::Queue, Connectors: {ToTable: {Properties: {Destination: {Id: Table}}}}}
)"),
                UnorderedElementsAre(
                    "Front: AWS::ApiGateway::RestApi", "FrontliveStage: AWS::ApiGateway::Stage",
                    "FrontDeployment: AWS::ApiGateway::Deployment", "Table: AWS::DynamoDB::Table",
                    "Steps: AWS::StepFunctions::StateMachine", "Queue: AWS::SQS::Queue",
                    "QueueToTable: AWS::Serverless::Connector", "ServerlessRestApi: AWS::ApiGateway::RestApi",
                    "ServerlessRestApiProdStage: AWS::ApiGateway::Stage",
                    "ServerlessRestApiDeployment: AWS::ApiGateway::Deployment"));
    const auto made = transformed(R"(
Transform: AWS::Serverless-2016-10-31
Resources:
  Front:
    Type: AWS::Serverless::HttpApi
    DependsOn: Queue
    DeletionPolicy: Retain
  Queue: {Type: AWS::SQS::Queue}
Outputs: {Stage: {Value: !Ref Front.Stage}}
)",
                                  true);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(codec::to_json(made->root.at("Resources").at("Front")),
              R"({"Type":"AWS::ApiGatewayV2::Api","DependsOn":"Queue","DeletionPolicy":"Retain"})");
    EXPECT_EQ(codec::to_json(made->root.at("Outputs")),
              R"({"Stage":{"Value":{"Ref":"FrontApiGatewayDefaultStage"}}})");
}

TEST(SamTest, WhatItMakesCanBeReadAgain) {
    const auto deep = [](std::size_t levels) {
        return "Transform: AWS::Serverless-2016-10-31\nResources: {F: {Type: AWS::Serverless::Function, "
               "Properties: {" +
               std::string(kGood) + ", Policies: {Statement: " + std::string(levels, '[') +
               std::string(levels, ']') + "}}}}";
    };
    std::size_t levels = 1;
    while (parse_source(deep(levels + 1))) ++levels;
    const auto made = transformed(deep(levels));
    ASSERT_FALSE(made) << "the role has it deeper than the function";
    EXPECT_THAT(made.error().message, HasSubstr("nested deeper than 64 levels"));
    EXPECT_TRUE(transformed(deep(levels - 3)));
}

TEST(SamTest, WritesJsonAsPythonDoes) {
    const auto value = codec::parse_json(
        "{\"b\": [1, 2.5, 2.0, true, null], \"a\\\"\": \"\\u007f\\u00fc\\ud83c\\udf88\\n/\"}");
    ASSERT_TRUE(value);
    EXPECT_EQ(stable_json(*value), R"({"a\"":"\u007f\u00fc\ud83c\udf88\n/","b":[1,2.5,2.0,true,null]})");
    EXPECT_EQ(short_hash(boost::json::object()), "");
}

}  // namespace
}  // namespace millrace::cloudformation::sam
