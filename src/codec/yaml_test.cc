#include "codec/yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace millrace::codec {
namespace {

std::string json_of(std::string_view text) {
    const auto parsed = parse_yaml(text);
    return parsed ? to_json(*parsed) : parsed.error().message;
}

TEST(Yaml, PlainScalarsAreTypedOnlyWhenNothingIsLost) {
    EXPECT_EQ(json_of("[1, -7, 1.5, true, False, null, ~, ]"), "[1,-7,1.5,true,false,null,null]");
    EXPECT_EQ(json_of("[2010-09-09, 012, 1.10, 0x1F, y, 1_000, +5, 1e3, 000000000000, .5, -0]"),
              R"(["2010-09-09","012","1.10","0x1F","y","1_000","+5","1e3","000000000000",".5","-0"])");
    EXPECT_EQ(json_of("['1', \"true\", 'null', ! 5]"), R"(["1","true","null","5"])");
    EXPECT_EQ(json_of("a: |\n  line\n  two\nb: >\n  folded\n  text\n"),
              R"({"a":"line\ntwo\n","b":"folded text\n"})");
    EXPECT_EQ(json_of("python3.11: {1: a, true: b, null: c}"),
              R"({"python3.11":{"1":"a","true":"b","null":"c"}})");
}

TEST(Yaml, PlainBooleansAreThoseOfCloudFormation) {
    EXPECT_EQ(json_of("[yes, Yes, YES, on, On, ON, TRUE]"), "[true,true,true,true,true,true,true]");
    EXPECT_EQ(json_of("[no, No, NO, off, Off, OFF, FALSE]"), "[false,false,false,false,false,false,false]");
    EXPECT_EQ(json_of("[y, Y, n, N, yEs, oN, 'yes', \"no\", ! on]"),
              R"(["y","Y","n","N","yEs","oN","yes","no","on"])");
    EXPECT_EQ(json_of("on: {yes: off, No: !Sub no}"), R"({"on":{"yes":false,"No":{"Fn::Sub":"no"}}})");
}

TEST(Yaml, ShortTagsAreWrittenOut) {
    EXPECT_EQ(json_of("!Ref Stream"), R"({"Ref":"Stream"})");
    EXPECT_EQ(json_of("!Condition IsProd"), R"({"Condition":"IsProd"})");
    EXPECT_EQ(json_of("!GetAtt Queue.Arn"), R"({"Fn::GetAtt":["Queue","Arn"]})");
    EXPECT_EQ(json_of("!GetAtt Stack.Outputs.Url"), R"({"Fn::GetAtt":["Stack","Outputs.Url"]})");
    EXPECT_EQ(json_of("!GetAtt [Queue, Arn]"), R"({"Fn::GetAtt":["Queue","Arn"]})");
    EXPECT_EQ(json_of("!Join ['-', [!Ref A, b]]"), R"({"Fn::Join":["-",[{"Ref":"A"},"b"]]})");
    EXPECT_EQ(json_of("!Sub 12"), R"({"Fn::Sub":"12"})");
    EXPECT_EQ(json_of("Fn::Base64: !Sub\n  - ${x}\n  - x: 1\n"),
              R"({"Fn::Base64":{"Fn::Sub":["${x}",{"x":1}]}})");
    EXPECT_EQ(json_of("!GetAZs ''"), R"({"Fn::GetAZs":""})");
    EXPECT_EQ(json_of("!ImportValue\n  Fn::Sub: a\n"), R"({"Fn::ImportValue":{"Fn::Sub":"a"}})");
}

TEST(Yaml, MistakesNameThePlace) {
    EXPECT_EQ(json_of("a: 1\nb: !Reff x\n"), "YAML not well-formed. (line 2, column 4): unknown tag !Reff");
    EXPECT_EQ(json_of("a: 1\nb: 2\na: 3\n"), "YAML not well-formed. (line 3, column 1): duplicate key \"a\"");
    EXPECT_EQ(json_of("a:\n  <<: {b: 1}\n"),
              "YAML not well-formed. (line 2, column 3): merge keys (<<) are not supported");
    EXPECT_EQ(json_of("? [a]\n: b\n"), "YAML not well-formed. (line 1, column 3): a key must be a string");
    EXPECT_THAT(json_of("a: [1, 2\nb: 3"),
                testing::MatchesRegex("YAML not well-formed\\. \\(line [0-9]+, column [0-9]+\\): .+"));
    EXPECT_THAT(json_of("a: !!binary aGk="), testing::HasSubstr("unknown tag"));
    EXPECT_EQ(json_of(""), "YAML not well-formed. (line 1, column 1): empty document");
    EXPECT_THAT(json_of("--- a\n--- b\n"), testing::HasSubstr("(line 2, column 1): a second document"));
    EXPECT_EQ(json_of("a: \xff"),
              "YAML not well-formed. (line 1, column 4): not UTF-8, or a control character");
    EXPECT_THAT(json_of(std::string("a:\n \0", 5)), testing::HasSubstr("(line 2, column 2)"));
}

TEST(Yaml, MistakesInJsonAreThoseOfJson) {
    EXPECT_THAT(json_of("{\"a\": 1,\n  oops}}"),
                testing::StartsWith("JSON not well-formed. (line 2, column 3): "));
    EXPECT_EQ(json_of("{\"a\": 1,\n \"a\": 2}"),
              "JSON not well-formed. (line 2, column 2): duplicate key \"a\"");
    EXPECT_EQ(json_of("{\"a\": [1"), "JSON not well-formed. (line 1, column 9): incomplete JSON");
    EXPECT_THAT(json_of("{\"a\": {\"b\": 1,}}"),
                testing::StartsWith("JSON not well-formed. (line 1, column 15): "));
    EXPECT_THAT(json_of("{\"a\": [1,\n]}"),
                testing::StartsWith("JSON not well-formed. (line 2, column 1): "));
    EXPECT_EQ(json_of("{\"a\": [b,]}"), R"({"a":["b"]})") << "that is YAML";
}

TEST(Yaml, AliasesAreCopies) {
    EXPECT_EQ(json_of("a: &x [1, !Ref b]\nc: *x\n"), R"({"a":[1,{"Ref":"b"}],"c":[1,{"Ref":"b"}]})");
    EXPECT_EQ(json_of("a: &k key\nb: {*k : 1}\n"), R"({"a":"key","b":{"key":1}})");
    EXPECT_THAT(json_of("a: &x [*x]"), testing::HasSubstr("an alias stands inside the value that it names"));
    EXPECT_THAT(json_of("a: *nobody"), testing::HasSubstr("(line 1, column 4)"));
}

TEST(Yaml, BillionLaughsAreRefused) {
    std::string text = "a0: &a0 [lol]\n";
    for (int i = 1; i < 12; ++i) {
        const std::string previous = "*a" + std::to_string(i - 1);
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int j = 0; j < 10; ++j) text += (j > 0 ? ", " : "") + previous;
        text += "]\n";
    }
    EXPECT_THAT(json_of(text), testing::HasSubstr("too large with its aliases written out"));
}

TEST(Yaml, DepthIsBoundedAlsoThroughAliases) {
    EXPECT_THAT(json_of(std::string(100'000, '[')),
                testing::MatchesRegex(".*\\(line [0-9]+, column [0-9]+\\): .+"));
    std::string text = "a0: &a0 []\n";
    for (int i = 1; i < 200; ++i) {
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
    }
    EXPECT_THAT(json_of(text), testing::HasSubstr("nested too deeply"));
}

TEST(Yaml, JsonWithTabsAndSurrogatesIsRead) {
    EXPECT_EQ(json_of("{\n\t\"a\":\t\"\\ud83c\\udf0a\\/\"\n}"), "{\"a\":\"\xF0\x9F\x8C\x8A/\"}");
    EXPECT_EQ(json_of("{a: 1, # YAML after all\n b: !Ref c}"), R"({"a":1,"b":{"Ref":"c"}})");
}

TEST(Yaml, KnowsWhereValuesStand) {
    const auto yaml = parse_yaml_document(
        "Resources:\n  S:\n    Type: X\n    Tags:\n      - a\n      - b: !Ref c\n  a/b~c: 1\n");
    ASSERT_TRUE(yaml);
    EXPECT_EQ(yaml->line_of(""), 1u);
    EXPECT_EQ(yaml->line_of("/Resources/S/Type"), 3u);
    EXPECT_EQ(yaml->line_of("/Resources/S/Tags/1"), 6u);
    EXPECT_EQ(yaml->line_of("/Resources/S/Tags/1/b/Ref"), 6u);
    EXPECT_EQ(yaml->line_of("/Resources/S/Missing/x"), 2u);
    EXPECT_EQ(yaml->line_of("/Resources/a~1b~0c"), 7u);

    const auto json = parse_yaml_document(
        "{\n \"Resources\": {\n  \"S\": {\"Type\": \"X{\\\"\",\n   \"Tags\": [1,\n    {\"k\": null}, "
        "[2]]}}}");
    ASSERT_TRUE(json);
    EXPECT_EQ(json->line_of("/Resources/S"), 3u);
    EXPECT_EQ(json->position_of("/Resources/S/Type").column, 9u);
    EXPECT_EQ(json->line_of("/Resources/S/Tags/0"), 4u);
    EXPECT_EQ(json->line_of("/Resources/S/Tags/1/k"), 5u);
    EXPECT_EQ(json->position_of("/Resources/S/Tags/2/0").column, 19u);
}

}  // namespace
}  // namespace millrace::codec
