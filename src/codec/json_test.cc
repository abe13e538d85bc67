#include "codec/json.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

#include "codec/json_writer.h"

namespace millrace::codec {
namespace {

std::string message_of(std::string_view text) {
    const auto parsed = parse_json(text);
    return parsed ? "" : parsed.error().message;
}

TEST(ParseJson, KeepsValuesAndOrder) {
    const auto json =
        parse_json(R"( {"b":[1,-2,1.5,18446744073709551615],"a":{"t":true,"n":null,"s":"M\u00fchle"}} )");
    ASSERT_TRUE(json);
    EXPECT_EQ(to_json(*json), R"({"b":[1,-2,1.5,18446744073709551615],"a":{"t":true,"n":null,"s":"Mühle"}})");
}

TEST(ParseJson, NamesThePlaceOfAMistake) {
    EXPECT_THAT(message_of("{\n  \"a\": }"), testing::EndsWith("(line 2, column 8)"));
    EXPECT_THAT(message_of("{} x"), testing::EndsWith("(line 1, column 4)"));
    EXPECT_EQ(message_of("[{\"a\":1e999}]"), "JSON has a number out of range");
    EXPECT_NE(message_of(""), "");
    EXPECT_NE(message_of("{\"a\":1"), "");
    EXPECT_NE(message_of("nul"), "");
    EXPECT_NE(message_of("\"\xff\""), "");
    EXPECT_NE(message_of("{\"a\":1,}"), "");
}

TEST(ParseJson, DepthIsBounded) {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_TRUE(parse_json(nested(kJsonDepthMax)));
    EXPECT_FALSE(parse_json(nested(kJsonDepthMax + 1)));
    EXPECT_FALSE(parse_json(std::string(1'000'000, '[')));
}

TEST(ToJson, DoublesStayDoubles) {
    EXPECT_EQ(to_json(Json(1.0)), "1.0");
    EXPECT_EQ(to_json(Json(0.1)), "0.1");
    EXPECT_EQ(to_json(Json(1e300)), "1e+300");
    EXPECT_TRUE(parse_json(to_json(Json(3.0)))->is_double());
}

TEST(ToPrettyJson, IndentsByTwo) {
    EXPECT_EQ(to_pretty_json(*parse_json(R"({"a":[1,{}],"b":[]})")),
              "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
}

TEST(JsonWriter, PutsCommasWhereTheyBelong) {
    std::string out;
    JsonWriter{out}
        .begin_object()
        .key("list")
        .begin_array()
        .integer(-1)
        .unsigned_integer(2)
        .begin_object()
        .end_object()
        .string("a\"\n")
        .end_array()
        .key("blob")
        .blob("hi")
        .key("when")
        .epoch_seconds(from_millis(1'700'000'000'120))
        .key("none")
        .null()
        .key("yes")
        .boolean(true)
        .key("raw")
        .raw("{}")
        .end_object();
    EXPECT_EQ(
        out,
        R"({"list":[-1,2,{},"a\"\n"],"blob":"aGk=","when":1700000000.12,"none":null,"yes":true,"raw":{}})");
}

TEST(JsonWriter, NumbersThatJsonLacksAreStrings) {
    std::string out;
    JsonWriter{out}
        .begin_array()
        .number(std::nan(""))
        .number(-std::numeric_limits<double>::infinity())
        .number(2)
        .end_array();
    EXPECT_EQ(out, R"(["NaN","-Infinity",2.0])");
}

}  // namespace
}  // namespace millrace::codec
