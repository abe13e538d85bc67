#include "services/cloudformation/template/template.h"

#include <gmock/gmock.h>

#include "services/cloudformation/template/capabilities.h"
#include "services/cloudformation/template/graph.h"
#include "services/cloudformation/template/test_types.h"
#include "services/cloudformation/template/validate.h"

namespace millrace::cloudformation {
namespace {

using testing::HasSubstr;

std::string error_of(const std::string& body) {
    auto parsed = parse_template(body);
    if (!parsed) return parsed.error().message;
    auto valid = check_parameter_types(parsed->parameters, pipeline_types());
    if (valid) valid = validate_template(*parsed, pipeline_types());
    return valid ? std::string() : valid.error().message;
}

std::string with_resources(const std::string& resources) {
    return "Resources:\n" + resources;
}

TEST(TemplateTest, ReadsThePipelineFromYamlAndJsonAlike) {
    auto yaml = parse_template(kPipelineYaml);
    auto json = parse_template(kPipelineJson);
    ASSERT_TRUE(yaml) << yaml.error().message;
    ASSERT_TRUE(json) << json.error().message;
    ASSERT_EQ(yaml->resources.size(), 7U);
    for (std::size_t i = 0; i < yaml->resources.size(); ++i) {
        EXPECT_EQ(yaml->resources[i].logical_id, json->resources[i].logical_id);
        EXPECT_EQ(yaml->resources[i].properties, json->resources[i].properties)
            << yaml->resources[i].logical_id;
    }
    EXPECT_EQ(yaml->resources[1].deletion_policy, RemovalPolicy::kRetain);
    EXPECT_EQ(yaml->resources[0].line, 16);
    EXPECT_EQ(yaml->resources[0].property_lines["ShardCount"], 19);
    EXPECT_EQ(yaml->description, "Stream to function to queue");
    EXPECT_TRUE(validate_template(*yaml, pipeline_types()));
    EXPECT_TRUE(validate_template(*json, pipeline_types()));
}

TEST(TemplateTest, OrdersByDependency) {
    auto parsed = parse_template(kPipelineYaml);
    ASSERT_TRUE(parsed);
    auto dependencies = find_dependencies(*parsed);
    ASSERT_TRUE(dependencies);
    EXPECT_EQ((*dependencies)["Mapping"], (std::set<std::string>{"Events", "Forward"}));
    EXPECT_EQ((*dependencies)["Forward"],
              (std::set<std::string>{"ForwardRole", "Messages", "MessagesPolicyLess"}));
    auto order = order_by_dependency(*dependencies, *parsed);
    ASSERT_TRUE(order);
    const auto place = [&](const char* id) { return std::ranges::find(*order, id) - order->begin(); };
    EXPECT_LT(place("ForwardRole"), place("Forward"));
    EXPECT_LT(place("Forward"), place("Mapping"));
    EXPECT_LT(place("Forward"), place("MessagesPolicy"));
}

TEST(TemplateTest, AsksForCapabilities) {
    auto parsed = parse_template(kPipelineYaml);
    ASSERT_TRUE(parsed);
    auto required = required_capabilities(*parsed);
    EXPECT_THAT(required.capabilities, testing::ElementsAre("CAPABILITY_IAM"));
    EXPECT_EQ(required.reason, "The following resource(s) require capabilities: [AWS::IAM::Role]");
    EXPECT_FALSE(covers({}, required));
    EXPECT_TRUE(covers({"CAPABILITY_NAMED_IAM"}, required));
    EXPECT_TRUE(covers({"CAPABILITY_IAM"}, required));
}

TEST(TemplateTest, LetsCustomResourcesHaveAVersion) {
    EXPECT_TRUE(parse_template("Resources: {C: {Version: '1.0', Type: Custom::Ping, Properties: {}}}"));
    EXPECT_TRUE(
        parse_template("Resources: {C: {Type: AWS::CloudFormation::CustomResource, Version: '1.0'}}"));
}

struct Refused {
    const char* body;
    const char* message;
};

class RefusedTemplateTest : public testing::TestWithParam<Refused> {};

TEST_P(RefusedTemplateTest, NamesTheMistake) {
    EXPECT_THAT(error_of(GetParam().body), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Forms, RefusedTemplateTest,
    testing::Values(
        Refused{"[1, 2]", "Template format error: unsupported structure."},
        Refused{"{\"Resources\": ",
                "Template format error: JSON not well-formed. (line 1, column 15): incomplete JSON"},
        Refused{"{\"Resources\": {\"Q\": {\"Type\": \"AWS::SQS::Queue\",}}}",
                "Template format error: JSON not well-formed. (line 1, column 48): "},
        Refused{"Resources:\n  Q: {Type: AWS::SQS::Queue\n",
                "Template format error: YAML not well-formed. (line 3, column 1): "},
        Refused{"Resources: {}", "At least one Resources member must be defined."},
        Refused{"Description: x", "At least one Resources member must be defined."},
        Refused{"Resources: {Q: {Type: AWS::SQS::Queue}}\nBogus: 1\nResuorces: 2",
                "Invalid template property or properties [Bogus, Resuorces]"},
        Refused{"Transform: AWS::CodeDeployBlueGreen\nResources: {Q: {Type: AWS::SQS::Queue}}",
                "No transform named AWS::CodeDeployBlueGreen found."},
        Refused{"Transform: {Name: 'AWS::Include'}\nResources: {Q: {Type: AWS::SQS::Queue}}",
                "a Transform with parameters"},
        Refused{"Hooks: {}\nResources: {Q: {Type: AWS::SQS::Queue}}", "the Hooks section is not offered"},
        Refused{"AWSTemplateFormatVersion: 2011-01-01\nResources: {Q: {Type: AWS::SQS::Queue}}",
                "unsupported value for AWSTemplateFormatVersion"},
        Refused{"Resources: {my-q: {Type: AWS::SQS::Queue}}", "Resource name my-q is non alphanumeric."},
        Refused{"Resources: {Q: {Properties: {}}}", "Every Resources object must contain a Type member"},
        Refused{"Resources: {Q: {Type: AWS::SQS::Queue, Propertys: {}}}",
                "Invalid template resource property 'Propertys'"},
        Refused{"Resources: {Q: {Version: '1.0', Type: AWS::SQS::Queue}}",
                "Invalid template resource property 'Version'"},
        Refused{"Resources: {Q: {Type: AWS::SQS::Queue, DeletionPolicy: Snapshot}}", "Snapshot"},
        Refused{"Resources: {Q: {Type: AWS::SQS::Queue, CreationPolicy: {}}}",
                "CreationPolicy is not supported for resource Q of type AWS::SQS::Queue"},
        Refused{"Resources: {Q: {Type: AWS::SQS::Queue, DeletionPolicy: Keep}}",
                "Unrecognized DeletionPolicy Keep"},
        Refused{"Parameters: {P: {Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>'}}\nResources: {Q: "
                "{Type: "
                "AWS::SQS::Queue}}",
                "Unrecognized parameter type: AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"},
        Refused{"Parameters: {P: {Default: x}}\nResources: {Q: {Type: AWS::SQS::Queue}}",
                "Every Parameters object must contain a Type member"},
        Refused{"Outputs: {O: {Description: x}}\nResources: {Q: {Type: AWS::SQS::Queue}}",
                "Output O is malformed"},
        Refused{"Outputs: {O: {Value: }}\nResources: {Q: {Type: AWS::SQS::Queue}}",
                "[/Outputs/O/Value] 'null' values are not allowed in templates"},
        Refused{"Resources: {Q: {Type: AWS::SQS::Queue, Properties: {Tags: [{Key: a, Value: ~}]}}}",
                "[/Resources/Q/Properties/Tags/0/Value] 'null' values are not allowed in templates"},
        Refused{"Mappings: {M: {a: b}}\nResources: {Q: {Type: AWS::SQS::Queue}}", "/Mappings/M/a"}));

INSTANTIATE_TEST_SUITE_P(
    References, RefusedTemplateTest,
    testing::Values(
        Refused{"Resources: {Q: {Type: AWS::Nope::Thing}, R: {Type: Custom::X}}",
                "Template format error: Unrecognized resource types: [AWS::Nope::Thing, Custom::X] (Q, line "
                "1; R, "
                "line 1)"},
        Refused{"Resources:\n  S:\n    Type: AWS::Kinesis::Stream\n    Properties:\n      ShardCuont: 1\n",
                "Encountered unsupported property ShardCuont in resource S of type AWS::Kinesis::Stream "
                "(line 5). Did "
                "you mean ShardCount?"},
        Refused{
            "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n      Tags:\n      - {Key: a, "
            "Value: b, "
            "Valeu: c}\n",
            "Properties validation failed for resource Q with message: [#/Tags/0: extraneous key [Valeu] is "
            "not permitted] (line 5). Did you mean Value?"},
        Refused{
            "Resources: {F: {Type: AWS::Lambda::Function, Properties: {Code: {}, Role: x, Environment: "
            "{Variabels: {'Fn::If': [C, a, b]}}}}}",
            "[#/Environment: extraneous key [Variabels] is not permitted] (line 1). Did you mean Variables?"},
        Refused{"Resources: {Q: {Type: AWS::SQS::Queue, Properties: {Nope: {'Fn::If': [C, a, b]}}}}",
                "Encountered unsupported property Nope in resource Q"},
        Refused{"Resources:\n  P:\n    Type: AWS::SQS::QueuePolicy\n    Properties: {Queues: []}\n",
                "Property PolicyDocument cannot be empty: resource P of type AWS::SQS::QueuePolicy requires "
                "it (line 2)."},
        Refused{"Resources:\n  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: {Ref: Nope}}}",
                "Template format error: Unresolved resource dependencies [Nope] in the Resources block of "
                "the template (resource Q, line 2)"},
        Refused{"Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !GetAtt [Q, {Ref: Nope}]}}}",
                "Unresolved resource dependencies [Nope] in the Resources block"},
        Refused{"Resources: {Q: {Type: AWS::SQS::Queue, DependsOn: [Nope]}}",
                "Unresolved resource dependencies [Nope] in the Resources block of the template"},
        Refused{"Resources: {Q: {Type: AWS::SQS::Queue}}\nOutputs: {O: {Value: !Ref Nope}}",
                "Unresolved resource dependencies [Nope] in the Outputs block of the template"},
        Refused{"Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub '${A}-${B.C}'}}}",
                "Unresolved resource dependencies [A] in the Resources block"},
        Refused{"Resources: {Q: {Type: AWS::SQS::Queue}}\nOutputs: {O: {Value: !GetAtt Q.Url}}",
                "resource Q does not support attribute type Url in Fn::GetAtt"},
        Refused{"Resources: {Q: {Type: AWS::SQS::Queue}}\nOutputs: {O: {Value: !GetAtt X.Arn}}",
                "Fn::GetAtt references undefined resource X"},
        Refused{"Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: {'Fn::Transform': x}}}}",
                "Encountered unsupported function: Fn::Transform at /Resources/Q/Properties/QueueName"},
        Refused{"Resources: {P: {Type: AWS::SQS::Queue}, Q: {Type: AWS::SQS::Queue, Properties: {QueueName: "
                "!ImportValue {Ref: P}}}}",
                "the attribute in Fn::ImportValue must not depend on any resources, imported values, or "
                "Fn::GetAZs (at /Resources/Q/Properties/QueueName)"},
        Refused{"Resources: {P: {Type: AWS::SQS::Queue}, Q: {Type: AWS::SQS::Queue, Properties: {QueueName: "
                "!ImportValue {'Fn::Sub': '${P.Arn}'}}}}",
                "must not depend on any resources"},
        Refused{
            "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !ImportValue {'Fn::ImportValue': "
            "x}}}}",
            "must not depend on any resources"},
        Refused{
            "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !ImportValue {'Fn::Join': ['', "
            "{'Fn::GetAZs': ''}]}}}}",
            "must not depend on any resources"},
        Refused{"Conditions: {C: !Equals [!ImportValue x, x]}\nResources: {Q: {Type: AWS::SQS::Queue}}",
                "Fn::ImportValue cannot be used at /Conditions/C"},
        Refused{"Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Cidr [a, 1]}}}",
                "every Fn::Cidr object requires three parameters"},
        Refused{"Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: {'Fn::Join': [a, b]}}}}",
                "every Fn::Join object requires two parameters"},
        Refused{
            "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: {'Fn::Sub': 'x', Other: 1}}}}",
            "must be the only member"},
        Refused{"Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub '${a b}'}}}",
                "variable names in Fn::Sub syntax"},
        Refused{
            "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: '{{resolve:ssm-secure:x}}'}}}",
            "offered to ssm only, not {{resolve:ssm-secure:x}} (at /Resources/Q/Properties/QueueName)"},
        Refused{
            "Conditions: {C: !Equals ['{{resolve:ssm:x}}', x]}\nResources: {Q: {Type: AWS::SQS::Queue}}",
            "dynamic references belong into properties and outputs, not {{resolve:ssm:x}} (at /Conditions/C"},
        Refused{"Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "
                "'a{{resolve:secretsmanager:y'}}}",
                "offered to ssm only, not {{resolve:secretsmanager:y (at"},
        Refused{
            "Parameters: {P: {Type: String, AllowedPattern: '('}}\nResources: {Q: {Type: AWS::SQS::Queue}}",
            "Template format error: AllowedPattern of parameter P is not a regular expression: missing ): ("},
        Refused{"Parameters: {P: {Type: String, AllowedPattern: '(?=a)[a-z'}}\nResources: {Q: {Type: "
                "AWS::SQS::Queue}}",
                "AllowedPattern of parameter P is not a regular expression: "},
        Refused{"Parameters: {P: {Type: String, AllowedPattern: '[a-z'}}\nResources: {Q: {Type: "
                "AWS::SQS::Queue}}",
                "AllowedPattern of parameter P is not a regular expression: missing ]: [a-z"},
        Refused{"Conditions: {C: !Equals [!Sub '${Q.Arn}', x]}\nResources: {Q: {Type: AWS::SQS::Queue}}",
                "Unresolved dependencies [Q]. Cannot reference resources in the Conditions block"},
        Refused{"Resources: {Fn::Transform: {Name: AWS::Include}, Q: {Type: AWS::SQS::Queue}}",
                "Fn::Transform is not offered"},
        Refused{"Resources: {Q: {Type: AWS::SQS::Queue, Condition: Nope}}",
                "Unresolved condition dependency Nope"},
        Refused{"Conditions: {C: !Equals [!Ref Q, x]}\nResources: {Q: {Type: AWS::SQS::Queue}}",
                "Unresolved dependencies [Q]. Cannot reference resources in the Conditions block"},
        Refused{"Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !FindInMap [M, a, b]}}}",
                "Mapping named 'M' is not present"}));

TEST(TemplateTest, SuggestsNoNameThatIsAllOther) {
    const std::string error =
        error_of("Resources: {Q: {Type: AWS::SQS::Queue, Properties: {Tags: [{Foo: a}]}}}");
    EXPECT_TRUE(error.ends_with("extraneous key [Foo] is not permitted] (line 1).")) << error;
}

TEST(TemplateTest, FindsCircles) {
    EXPECT_EQ(error_of(with_resources("  A: {Type: AWS::SQS::Queue, DependsOn: B}\n"
                                      "  B: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref A}}\n"
                                      "  C: {Type: AWS::SQS::Queue, DependsOn: A}\n"
                                      "  D: {Type: AWS::SQS::Queue}\n")),
              "Circular dependency between resources: [A, B] (lines 2, 3)");
    EXPECT_EQ(error_of(with_resources("  A: {Type: AWS::SQS::Queue, DependsOn: A}\n")),
              "Circular dependency between resources: [A] (line 2)");
}

TEST(TemplateTest, HoldsItsLimits) {
    const auto many = [](std::size_t count) {
        std::string resources;
        for (std::size_t i = 0; i < count; ++i) {
            resources += "  Q" + std::to_string(i) + ": {Type: AWS::SQS::Queue}\n";
        }
        return with_resources(resources);
    };
    EXPECT_EQ(error_of(many(kResourcesMax)), "");
    EXPECT_THAT(error_of(many(kResourcesMax + 1)), HasSubstr("Number of resources, 501, is greater"));
    const auto deep = [](std::size_t levels) {
        return "Metadata: " + std::string(levels, '[') + std::string(levels, ']') +
               "\nResources: {Q: {Type: AWS::SQS::Queue}}";
    };
    EXPECT_EQ(error_of(deep(kNestingMax)), "");
    EXPECT_THAT(error_of(deep(kNestingMax + 1)), HasSubstr("nested deeper"));
}

}  // namespace
}  // namespace millrace::cloudformation
