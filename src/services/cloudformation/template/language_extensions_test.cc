#include "services/cloudformation/template/language_extensions.h"

#include <gmock/gmock.h>

#include "codec/json.h"
#include "services/cloudformation/template/test_types.h"
#include "services/cloudformation/template/transform.h"
#include "services/cloudformation/template/validate.h"

namespace millrace::cloudformation {
namespace {

using testing::HasSubstr;

const PseudoParameters kPseudo{"123456789012", "us-east-1", "pipe", "arn:aws:cloudformation:..."};

Result<TemplateSource> transformed(const std::string& body, const ParameterValues& given = {}) {
    auto source = parse_source(body);
    if (!source) return std::unexpected(source.error());
    auto parameters = resolve_parameters(source->parameters, given);
    if (!parameters) return std::unexpected(parameters.error());
    return apply_transforms(std::move(*source), *parameters, kPseudo);
}

/// JSON of the section, or the error.
std::string section(std::string_view name, const std::string& body, const ParameterValues& given = {}) {
    auto made = transformed("Transform: AWS::LanguageExtensions\n" + body, given);
    return made ? codec::to_json(made->root.at(name)) : made.error().message;
}

std::string error_of(const std::string& body) {
    auto made = transformed(body);
    if (!made) return made.error().message;
    auto read = read_template(*made);
    if (!read) return read.error().message;
    auto valid = validate_template(*read, pipeline_types());
    return valid ? std::string() : valid.error().message;
}

TEST(LanguageExtensionsTest, WritesLoopsOut) {
    EXPECT_EQ(
        section("Resources",
                "Resources:\n"
                "  'Fn::ForEach::Queues':\n"
                "    - Name\n"
                "    - [Alpha, Beta]\n"
                "    - 'Queue${Name}': {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "
                "'${Name}-${AWS::Region}',"
                " Tags: [{Key: !Ref Name, Value: !GetAtt 'Other${Name}.Arn'}]}}\n"
                "  Plain: {Type: AWS::SQS::Queue}\n"),
        R"({"QueueAlpha":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":{"Fn::Sub":"Alpha-${AWS::Region}"},)"
        R"("Tags":[{"Key":"Alpha","Value":{"Fn::GetAtt":["OtherAlpha","Arn"]}}]}},)"
        R"("QueueBeta":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":{"Fn::Sub":"Beta-${AWS::Region}"},)"
        R"("Tags":[{"Key":"Beta","Value":{"Fn::GetAtt":["OtherBeta","Arn"]}}]}},"Plain":{"Type":"AWS::SQS::Queue"}})");
    EXPECT_EQ(section("Outputs",
                      "Parameters: {Names: {Type: CommaDelimitedList, Default: 'a.b,c-d'}}\n"
                      "Resources: {Q: {Type: AWS::SQS::Queue}}\n"
                      "Outputs:\n"
                      "  'Fn::ForEach::O': [N, !Ref Names, {'Name&{N}': {Value: '${N}'}}]\n"),
              R"({"Nameab":{"Value":"a.b"},"Namecd":{"Value":"c-d"}})");
    EXPECT_EQ(section("Conditions",
                      "Mappings: {M: {us-east-1: {Zones: [a, b]}}}\n"
                      "Resources: {Q: {Type: AWS::SQS::Queue}}\n"
                      "Conditions:\n"
                      "  'Fn::ForEach::C': [Z, !FindInMap [M, !Ref AWS::Region, Zones], {'In${Z}': !Equals "
                      "[!Ref Z, a]}]\n"),
              R"({"Ina":{"Fn::Equals":["a","a"]},"Inb":{"Fn::Equals":["b","a"]}})");
}

TEST(LanguageExtensionsTest, FunctionsGiveNames) {
    EXPECT_EQ(section("Outputs",
                      "Parameters: {Stage: {Type: String, Default: Dev}}\n"
                      "Mappings: {M: {Dev: {What: Arn}}}\n"
                      "Resources: {QDev: {Type: AWS::SQS::Queue}}\n"
                      "Outputs:\n"
                      "  'Fn::ForEach::O':\n"
                      "    - N\n"
                      "    - [!Ref Stage]\n"
                      "    - 'Arn${N}': {Value: !GetAtt [!Sub 'Q${N}', !FindInMap [M, !Ref Stage, What]]}\n"
                      "      'Url${N}': {Value: {Ref: {'Fn::Sub': 'Q${Stage}'}}}\n"),
              R"({"ArnDev":{"Value":{"Fn::GetAtt":["QDev","Arn"]}},"UrlDev":{"Value":{"Ref":"QDev"}}})");
    EXPECT_THAT(section("Outputs", "Outputs: {O: {Value: {Ref: {'Fn::Sub': 'Q${Nope}'}}}}"),
                HasSubstr("Unresolved resource dependencies [Nope]"));
}

TEST(LanguageExtensionsTest, SettlesThePlacesOfCodeForTheOtherTransform) {
    auto made = transformed(
        "Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]\n"
        "Parameters: {Bucket: {Type: String, Default: code}}\n"
        "Mappings: {Code: {A: {Uri: 's3://code/a.zip'}}}\n"
        "Resources:\n"
        "  'Fn::ForEach::F':\n"
        "    - N\n"
        "    - [A]\n"
        "    - '${N}': {Type: AWS::Serverless::Function, Properties: {Handler: a.b, Runtime: python3.12, "
        "CodeUri: !FindInMap [Code, !Ref N, Uri]}}\n"
        "  B: {Type: AWS::Serverless::Function, Properties: {Handler: a.b, Runtime: python3.12, CodeUri: "
        "!Sub "
        "'s3://${Bucket}/b.zip'}}\n");
    ASSERT_TRUE(made) << made.error().message;
    const auto& resources = made->root.at("Resources").as_object();
    EXPECT_EQ(codec::to_json(resources.at("A").at_pointer("/Properties/Code")),
              R"({"S3Bucket":"code","S3Key":"a.zip"})");
    EXPECT_EQ(codec::to_json(resources.at("B").at_pointer("/Properties/Code")),
              R"({"S3Bucket":"code","S3Key":"b.zip"})");
}

TEST(LanguageExtensionsTest, LoopsNest) {
    EXPECT_EQ(
        section(
            "Resources",
            "Resources:\n"
            "  'Fn::ForEach::Outer':\n"
            "    - X\n"
            "    - [A, B]\n"
            "    - 'Fn::ForEach::Inner${X}':\n"
            "        - Y\n"
            "        - ['1', '${X}2']\n"
            "        - 'Q${X}${Y}': {Type: AWS::SQS::Queue, Properties: {'Fn::ForEach::P': [Z, [QueueName], "
            "{'${Z}': '${X}-${Y}'}]}}\n"),
        R"({"QA1":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"A-1"}},)"
        R"("QAA2":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"A-A2"}},)"
        R"("QB1":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"B-1"}},)"
        R"("QBB2":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"B-B2"}}})");
}

std::string nested(std::size_t depth) {
    std::string body = "{'Q': {Type: AWS::SQS::Queue}}";
    for (std::size_t i = 0; i < depth; ++i) {
        const std::string n = std::to_string(i);
        body = "{'Fn::ForEach::L" + n + "': [V" + n + ", [x], " + body + "]}";
    }
    return "Resources: " + body + "\n";
}

std::string many(std::size_t items) {
    std::string list;
    for (std::size_t i = 0; i < items; ++i) list += (i == 0 ? "" : ",") + std::to_string(i);
    return "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {'Fn::ForEach::L': [V, [" + list +
           "], {'P${V}': 1}]}}}\n";
}

TEST(LanguageExtensionsTest, HoldsItsLimits) {
    EXPECT_THAT(section("Resources", nested(kLoopNestingMax)), testing::StartsWith("{\"Q\""));
    EXPECT_THAT(section("Resources", nested(kLoopNestingMax + 1)),
                HasSubstr("loops can be nested 5 deep at most"));
    EXPECT_THAT(section("Resources", many(kLoopItemsMax)), HasSubstr("\"P99\""));
    EXPECT_THAT(section("Resources", many(kLoopItemsMax + 1)), HasSubstr("has 101 items, more than 100"));
}

TEST(LanguageExtensionsTest, GrowthIsBounded) {
    const auto grown = [](std::size_t bytes) {
        std::string items = "a0";
        for (int i = 1; i < 100; ++i) items += ",a" + std::to_string(i);
        return section("Resources",
                       "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {'Fn::ForEach::L': [V, [" + items +
                           "], {'P${V}': '" + std::string(bytes, 'x') + "'}]}}}\n");
    };
    EXPECT_THAT(grown(kProcessedBytesMax / 100 - 100), testing::StartsWith("{\"Q\""));
    EXPECT_THAT(grown(kProcessedBytesMax / 100 + 1),
                HasSubstr("the template grows to more than 1048576 bytes"));
    std::string list = "[a0";
    for (int i = 1; i < 100; ++i) list += ",a" + std::to_string(i);
    list += "]";
    std::string body = "{'Q${A}${B}${C}${D}': {Type: AWS::SQS::Queue}}";
    for (const char* name : {"A", "B", "C", "D"}) {
        body = "{'Fn::ForEach::L" + std::string(name) + "': [" + name + ", " + list + ", " + body + "]}";
    }
    EXPECT_THAT(section("Resources", "Resources: " + body),
                HasSubstr("the template grows to more than 1048576 bytes"));
}

TEST(LanguageExtensionsTest, NamesMistakesWithPathAndLine) {
    const auto loop = [](const std::string& body) {
        return section(
            "Resources",
            "Parameters: {P: {Type: String, Default: x}}\nResources:\n  'Fn::ForEach::L': " + body + "\n");
    };
    EXPECT_EQ(
        loop("[V, [a]]"),
        "Transform AWS::LanguageExtensions failed with: /Resources/Fn::ForEach::L: Fn::ForEach layout is "
        "incorrect: it takes an identifier, a collection and a map (line 4)");
    EXPECT_THAT(loop("[V, x, {a: b}]"), HasSubstr("layout is incorrect"));
    EXPECT_THAT(loop("[V-x, [a], {a: b}]"), HasSubstr("the identifier V-x is non alphanumeric"));
    EXPECT_THAT(loop("[P, [a], {a: b}]"), HasSubstr("the identifier P is already in use"));
    EXPECT_THAT(loop("[V, [a, b], {Same: {Type: AWS::SQS::Queue}}]"),
                HasSubstr("the key Same is there already"));
    EXPECT_THAT(loop("[V, !Ref P, {a: b}]"),
                HasSubstr("/Resources/Fn::ForEach::L/1: the collection is not a list"));
    EXPECT_THAT(loop("[V, [a], {Ref: V}]"), HasSubstr("what a loop repeats must be a map"));
    EXPECT_THAT(loop("[V, [[a]], {a: b}]"), HasSubstr("an item that is not a string"));
    EXPECT_THAT(loop("[V, !Ref Nope, {a: b}]"), HasSubstr("Unresolved resource dependencies [Nope]"));
}

TEST(LanguageExtensionsTest, KeepsTheLinesOfWhatWasSent) {
    EXPECT_EQ(error_of("Transform: AWS::LanguageExtensions\n"
                       "Resources:\n"
                       "  'Fn::ForEach::Streams':\n"
                       "    - N\n"
                       "    - [A]\n"
                       "    - 'S${N}':\n"
                       "        Type: AWS::Kinesis::Stream\n"
                       "        Properties: {ShardCuont: 1}\n"),
              "Encountered unsupported property ShardCuont in resource SA of type AWS::Kinesis::Stream (line "
              "6). Did "
              "you mean ShardCount?");
}

TEST(LanguageExtensionsTest, SettlesDeletionPolicies) {
    EXPECT_THAT(
        section(
            "Resources",
            "Parameters: {P: {Type: String, Default: Retain}}\n"
            "Resources: {Q: {Type: AWS::SQS::Queue, DeletionPolicy: !Ref P, UpdateReplacePolicy: Delete}}\n"),
        HasSubstr(R"("DeletionPolicy":"Retain","UpdateReplacePolicy":"Delete")"));
}

TEST(LanguageExtensionsTest, ThePlainLanguageHasNoneOfIt) {
    const std::string need = "that needs the transform AWS::LanguageExtensions";
    for (const char* body : {
             "Resources:\n  'Fn::ForEach::L': [V, [a], {'Q${V}': {Type: AWS::SQS::Queue}}]",
             "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: !Length [a]}}}",
             "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !ToJsonString [a]}}}",
             "Mappings: {M: {a: {b: c}}}\nResources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: "
             "!FindInMap [M, a, "
             "b, {DefaultValue: x}]}}}",
             "Mappings: {M: {a: {b: c}}}\nResources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: "
             "!FindInMap [M, "
             "!Sub a, b]}}}",
         }) {
        EXPECT_THAT(error_of(body), HasSubstr(need)) << body;
        EXPECT_EQ(error_of("Transform: [AWS::LanguageExtensions]\n" + std::string(body)), "") << body;
    }
    EXPECT_EQ(error_of("Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: "
                       "!ToJsonString [a]"),
              "Template Error: Encountered unsupported function: Fn::ToJsonString, at "
              "/Resources/Q/Properties/QueueName/Fn::ToJsonString (line 5): " +
                  need);
    EXPECT_EQ(
        error_of("Mappings: {M: {a: {b: c}}}\nResources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: "
                 "!FindInMap [M, !FindInMap [M, a, b], !Ref AWS::Region]}}}"),
        "");
}

}  // namespace
}  // namespace millrace::cloudformation
