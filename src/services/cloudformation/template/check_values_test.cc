#include "services/cloudformation/template/check_values.h"

#include <gmock/gmock.h>

#include "codec/json.h"
#include "ports/property_types.h"
#include "services/cloudformation/template/check_properties.h"
#include "services/cloudformation/template/coerce_values.h"
#include "services/cloudformation/template/evaluate.h"

namespace millrace::cloudformation {
namespace {

using testing::HasSubstr;

const ports::ResourceTypeModel kThing{.type = "AWS::A::Thing",
                                      .properties = ports::read_property_types(
                                          "Name Size:integer Ratio:number On:boolean Policy:json Layers[] "
                                          "Tags[Key Value] Variables{} Code{Bucket Parts:integer} Free:any"),
                                      .attributes = {},
                                      .not_offered = {"Website"}};

Result<> check_thing(const std::string& properties) {
    const auto parsed =
        parse_template("Resources:\n  R:\n    Type: AWS::A::Thing\n    Properties:\n      " + properties);
    if (!parsed) return std::unexpected(parsed.error());
    return check_known_properties(parsed->resources[0], parsed->resources[0].properties, kThing);
}

struct Wrong {
    const char* properties;
    const char* faults;
};

class WrongValueTest : public testing::TestWithParam<Wrong> {};

TEST_P(WrongValueTest, IsRefusedWithItsPlace) {
    const auto checked = check_thing(GetParam().properties);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().message,
              std::string("Properties validation failed for resource R with message: [") + GetParam().faults +
                  "] (line 5).");
}

INSTANTIATE_TEST_SUITE_P(
    Types, WrongValueTest,
    testing::Values(
        Wrong{"Name: [a]", "#/Name: expected type: String, found: JSONArray"},
        Wrong{"Name: {a: b}", "#/Name: expected type: String, found: JSONObject"},
        Wrong{"Size: abc", "#/Size: expected type: Integer, found: String"},
        Wrong{"Size: ''", "#/Size: expected type: Integer, found: String"},
        Wrong{"Size: 1.5", "#/Size: expected type: Integer, found: Double"},
        Wrong{"Size: true", "#/Size: expected type: Integer, found: Boolean"},
        Wrong{"Ratio: half", "#/Ratio: expected type: Number, found: String"},
        Wrong{"On: maybe", "#/On: expected type: Boolean, found: String"},
        Wrong{"On: 1", "#/On: expected type: Boolean, found: Integer"},
        Wrong{"Policy: [a]", "#/Policy: expected type: JSONObject, found: JSONArray"},
        Wrong{"Layers: a", "#/Layers: expected type: JSONArray, found: String"},
        Wrong{"Layers: [a, [b]]", "#/Layers/1: expected type: String, found: JSONArray"},
        Wrong{"Tags: {Key: a, Value: b}", "#/Tags: expected type: JSONArray, found: JSONObject"},
        Wrong{"Tags: [a]", "#/Tags/0: expected type: JSONObject, found: String"},
        Wrong{"Variables: [a]", "#/Variables: expected type: JSONObject, found: JSONArray"},
        Wrong{"Variables: {A: [1]}", "#/Variables/A: expected type: String, found: JSONArray"},
        Wrong{"Code: [a]", "#/Code: expected type: JSONObject, found: JSONArray"},
        Wrong{"Code: {Parts: x}", "#/Code/Parts: expected type: Integer, found: String"},
        Wrong{"{Name: [], Tags: [{Kind: a}], On: {}}",
              "#/Name: expected type: String, found: JSONArray, #/Tags/0: extraneous key [Kind] is not "
              "permitted, #/On: expected type: Boolean, found: JSONObject"}));

class RightValueTest : public testing::TestWithParam<const char*> {};

TEST_P(RightValueTest, IsTaken) {
    const auto checked = check_thing(GetParam());
    EXPECT_TRUE(checked) << checked.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Types, RightValueTest,
    testing::Values("Name: 5", "Name: 1.5", "Name: true", "Name: 2012-10-17", "Name: !Sub x", "Name: !Ref P",
                    "Size: 5", "Size: '30'", "Size: -1", "Size: '-1'", "Size: !GetAtt A.B", "Ratio: 0.5",
                    "Ratio: '0.5'", "Ratio: 2", "On: true", "On: 'true'", "On: 'False'", "On: yes",
                    "Policy: {Version: 2012-10-17}", "Policy: '{}'", "Policy: !Sub '{}'", "Layers: []",
                    "Layers: [a, 1, !Ref B, !If [C, a, !Ref AWS::NoValue]]", "Layers: !Split [',', a]",
                    "Tags: [{Key: a, Value: 1}, !Ref T]", "Variables: {A: 1, B: true, C: !Ref D, E: c}",
                    "Code: {Bucket: b, Parts: !If [C, 1, a]}", "Code: !If [C, {}, a]", "Free: [a]",
                    "Free: {a: b}", "Size: !Ref AWS::NoValue"));

TEST(CheckValuesTest, LeavesWhatOnlyTheDeploymentWillKnow) {
    const ResourceDeclaration resource{.logical_id = "R", .type = "AWS::A::Thing"};
    const boost::json::object properties{{"Size", kKnownAfterApply}, {"Layers", kKnownAfterApply}};
    EXPECT_TRUE(check_known_properties(resource, properties, kThing));
}

TEST(CheckValuesTest, PointsOutWhereAPathIsGood) {
    const auto checked = check_thing("Code: ./src");
    ASSERT_FALSE(checked);
    EXPECT_THAT(checked.error().message,
                HasSubstr("[#/Code: expected type: JSONObject, found: String] (line 5). A path is for"));
}

TEST(CheckPropertiesTest, WhatAwsHasAndMillraceDoesNotIsNoTypingError) {
    const auto checked = check_thing("Website: {IndexDocument: index.html}");
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().message,
              "The property Website of AWS::A::Thing is not offered by Millrace (resource R, line 5).");
    for (const char* nothing : {"{}", "[]", "''", "false", "!Ref AWS::NoValue"})
        EXPECT_TRUE(check_thing(std::string("Website: ") + nothing)) << nothing;
    for (const char* later : {"!Ref Wanted", "!If [Web, {IndexDocument: a}, {}]", "!GetAtt A.B"})
        EXPECT_TRUE(check_thing(std::string("Website: ") + later)) << "its value is looked at: " << later;
    EXPECT_THAT(check_thing("Web: 1").error().message, HasSubstr("Encountered unsupported property Web"));
}

TEST(CoerceValuesTest, WholeNumbersAreIntegers) {
    const auto size = [](const char* written) {
        boost::json::object properties{{"Size", *codec::parse_json(written)}};
        coerce_values(properties, kThing);
        return codec::to_json(properties["Size"]);
    };
    EXPECT_EQ(size("5.0"), "5");
    EXPECT_EQ(size(R"("5.0")"), "5");
    EXPECT_EQ(size(R"("1e1")"), "10");
    for (const char* same : {"5", R"("5")", "1.5", R"("1.5")", R"("abc")", R"("inf")", R"("1e300")"})
        EXPECT_EQ(size(same), codec::to_json(*codec::parse_json(same))) << same;
}

TEST(CoerceValuesTest, TextsAndBooleansAreMadeOfEachOther) {
    auto properties =
        codec::parse_json(
            R"({"Name":7,"Size":"7","Ratio":"0.5","On":"TRUE","Policy":{"A":1},"Layers":[1,true],)"
            R"("Tags":[{"Key":1,"Value":false}],"Variables":{"A":1.5},"Code":{"Bucket":2,"Parts":"3"},)"
            R"("Free":1})")
            ->as_object();
    coerce_values(properties, kThing);
    EXPECT_EQ(
        codec::to_json(properties),
        R"({"Name":"7","Size":"7","Ratio":"0.5","On":true,"Policy":{"A":1},"Layers":["1","true"],)"
        R"("Tags":[{"Key":"1","Value":"false"}],"Variables":{"A":"1.5"},"Code":{"Bucket":"2","Parts":"3"},)"
        R"("Free":1})");
}

}  // namespace
}  // namespace millrace::cloudformation
