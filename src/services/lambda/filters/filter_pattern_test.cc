#include "services/lambda/filters/filter_pattern.h"

#include <gtest/gtest.h>

#include "services/lambda/filters/filter_criteria.h"

namespace millrace::lambda {
namespace {

using Plain = FilterPattern::PlainDocuments;

struct Row {
    const char* pattern;
    const char* record;
    bool matches;
};

class Matching : public ::testing::TestWithParam<Row> {};

TEST_P(Matching, AsOnAws) {
    const Row& row = GetParam();
    const auto pattern = FilterPattern::parse(row.pattern, "body", Plain::kAllowed);
    ASSERT_TRUE(pattern) << row.pattern;
    EXPECT_EQ(pattern->matches(codec::parse_json(row.record)->as_object()), row.matches)
        << row.pattern << " on " << row.record;
}

constexpr Row kValues[] = {
    {R"({"a":["x"]})", R"({"a":"x"})", true},
    {R"({"a":["x"]})", R"({"a":"X"})", false},
    {R"({"a":["x","y"]})", R"({"a":"y"})", true},
    {R"({"a":["1"]})", R"({"a":1})", false},
    {R"({"a":[1]})", R"({"a":1})", true},
    {R"({"a":[1]})", R"({"a":1.0})", true},
    {R"({"a":[9007199254740993]})", R"({"a":9007199254740992})", false},
    {R"({"a":[true]})", R"({"a":true})", true},
    {R"({"a":[true]})", R"({"a":"true"})", false},
    {R"({"a":[null]})", R"({"a":null})", true},
    {R"({"a":[null]})", R"({})", false},
    {R"({"a":[""]})", R"({"a":""})", true},
    {R"({"a":[""]})", R"({"a":null})", false},
};
INSTANTIATE_TEST_SUITE_P(Values, Matching, ::testing::ValuesIn(kValues));

constexpr Row kTexts[] = {
    {R"({"a":[{"prefix":"ab"}]})", R"({"a":"abc"})", true},
    {R"({"a":[{"prefix":"ab"}]})", R"({"a":"cab"})", false},
    {R"({"a":[{"prefix":"1"}]})", R"({"a":12})", false},
    {R"({"a":[{"suffix":".png"}]})", R"({"a":"x.png"})", true},
    {R"({"a":[{"suffix":".png"}]})", R"({"a":"x.png.gz"})", false},
    {R"({"a":[{"equals-ignore-case":"aLiCe"}]})", R"({"a":"AlIcE"})", true},
    {R"({"a":[{"equals-ignore-case":"alice"}]})", R"({"a":"alicf"})", false},
    {R"({"a":[{"equals-ignore-case":"alice"}]})", R"({"a":"alice "})", false},
    {R"({"a":[{"anything-but":"x"}]})", R"({"a":"y"})", true},
    {R"({"a":[{"anything-but":"x"}]})", R"({"a":"x"})", false},
    {R"({"a":[{"anything-but":"x"}]})", R"({})", false},
    {R"({"a":[{"anything-but":["x","y"]}]})", R"({"a":"y"})", false},
    {R"({"a":[{"anything-but":["x","y"]}]})", R"({"a":"z"})", true},
    {R"({"a":[{"anything-but":[1,2]}]})", R"({"a":2})", false},
    {R"({"a":[{"anything-but":[1,2]}]})", R"({"a":3})", true},
    {R"({"a":[{"anything-but":{"prefix":"x"}}]})", R"({"a":"xy"})", false},
    {R"({"a":[{"anything-but":{"prefix":"x"}}]})", R"({"a":"yx"})", true},
    {R"({"a":[{"anything-but":{"prefix":["x","z"]}}]})", R"({"a":"zy"})", false},
    {R"({"a":[{"anything-but":{"suffix":"x"}}]})", R"({"a":"yx"})", false},
    {R"({"a":[{"anything-but":{"suffix":"x"}}]})", R"({"a":"xy"})", true},
    {R"({"a":[{"anything-but":{"equals-ignore-case":["x"]}}]})", R"({"a":"X"})", false},
};
INSTANTIATE_TEST_SUITE_P(Texts, Matching, ::testing::ValuesIn(kTexts));

constexpr Row kNumbers[] = {
    {R"({"a":[{"numeric":["=",100]}]})", R"({"a":100})", true},
    {R"({"a":[{"numeric":["=",100]}]})", R"({"a":"100"})", false},
    {R"({"a":[{"numeric":[">",10]}]})", R"({"a":10})", false},
    {R"({"a":[{"numeric":[">",10]}]})", R"({"a":10.5})", true},
    {R"({"a":[{"numeric":[">=",10]}]})", R"({"a":10})", true},
    {R"({"a":[{"numeric":["<",10]}]})", R"({"a":10})", false},
    {R"({"a":[{"numeric":["<",10]}]})", R"({"a":-3})", true},
    {R"({"a":[{"numeric":["<=",10]}]})", R"({"a":10})", true},
    {R"({"a":[{"numeric":[">",10,"<=",20]}]})", R"({"a":10})", false},
    {R"({"a":[{"numeric":[">",10,"<=",20]}]})", R"({"a":20})", true},
    {R"({"a":[{"numeric":[">",10,"<=",20]}]})", R"({"a":21})", false},
    {R"({"a":[{"numeric":["<",5000000000]}]})", R"({"a":4999999999})", true},
};
INSTANTIATE_TEST_SUITE_P(Numbers, Matching, ::testing::ValuesIn(kNumbers));

constexpr Row kStructure[] = {
    {R"({"a":[{"exists":true}]})", R"({"a":null})", true},
    {R"({"a":[{"exists":true}]})", R"({"b":1})", false},
    {R"({"a":[{"exists":true}]})", R"({"a":{"b":1}})", false},
    {R"({"a":[{"exists":false}]})", R"({"b":1})", true},
    {R"({"a":[{"exists":false}]})", R"({"a":1})", false},
    {R"({"a":{"b":[{"exists":false}]}})", R"({})", true},
    {R"({"a":["x"],"b":["y"]})", R"({"a":"x","b":"y"})", true},
    {R"({"a":["x"],"b":["y"]})", R"({"a":"x","b":"z"})", false},
    {R"({"a":{"b":{"c":[1]}}})", R"({"a":{"b":{"c":1}}})", true},
    {R"({"a":{"b":{"c":[1]}}})", R"({"a":{"c":1}})", false},
    {R"({"a":["x"]})", R"({"a":["w","x"]})", true},
    {R"({"a":["x"]})", R"({"a":[["w"],["x"]]})", true},
    {R"({"a":[{"exists":false}]})", R"({"a":[]})", true},
    {R"({"a":{"b":[1],"c":[2]}})", R"({"a":[{"b":1,"c":1},{"b":2,"c":2}]})", false},
    {R"({"a":{"b":[1],"c":[2]}})", R"({"a":[{"b":1,"c":1},{"b":1,"c":2}]})", true},
    {R"({"$or":[{"a":["x"]},{"b":["y"]}]})", R"({"b":"y"})", true},
    {R"({"$or":[{"a":["x"]},{"b":["y"]}]})", R"({"b":"x"})", false},
    {R"({"c":[1],"$or":[{"a":["x"]},{"b":["y"]}]})", R"({"b":"y","c":2})", false},
    {R"({"c":[1],"$or":[{"a":["x"]},{"b":["y"]}]})", R"({"b":"y","c":1})", true},
    {R"({"a":{"$or":[{"b":[1]},{"c":[2]}]}})", R"({"a":{"c":2}})", true},
    {R"({"$or":[{"a":[1]},{"$or":[{"b":[2]},{"c":[3]}]}]})", R"({"c":3})", true},
};
INSTANTIATE_TEST_SUITE_P(Structure, Matching, ::testing::ValuesIn(kStructure));

// What producers wrote is JSON, or it is plain text; a pattern for the one never matches the other.
constexpr Row kDocuments[] = {
    {R"({"body":["plain"]})", R"({"body":"plain"})", true},
    {R"({"body":["plain"]})", R"({"body":["plain"]})", false},
    {R"({"body":[{"exists":false}]})", R"({"body":{"a":1}})", false},
    {R"({"body":{"a":[1]}})", R"({"body":{"a":1}})", true},
    {R"({"body":{"a":[1]}})", R"({"body":[{"a":1}]})", true},
    {R"({"body":{"a":[{"exists":false}]}})", R"({"body":"plain"})", false},
    {R"({"body":{"a":[{"exists":false}]}})", R"({"body":{"b":1}})", true},
    {R"({"id":["1"]})", R"({"id":"1","body":"plain"})", true},
    {R"({"a":{"body":[{"exists":false}]}})", R"({"a":1})", true},
};
INSTANTIATE_TEST_SUITE_P(Documents, Matching, ::testing::ValuesIn(kDocuments));

class Refused : public ::testing::TestWithParam<const char*> {};

TEST_P(Refused, InAwsWords) {
    const auto pattern = FilterPattern::parse(GetParam(), "body", Plain::kAllowed);
    ASSERT_FALSE(pattern) << GetParam();
    EXPECT_EQ(pattern.error().message, "Invalid filter pattern definition.");
}

INSTANTIATE_TEST_SUITE_P(
    Patterns, Refused,
    ::testing::Values("", "no json", "null", "[]", R"(["a"])", "{}", R"({"a":"x"})", R"({"a":1})",
                      R"({"a":[]})", R"({"a":{}})", R"({"a":[["x"]]})", R"({"a":[{}]})",
                      R"({"a":[{"prefix":"x","suffix":"y"}]})", R"({"a":[{"prefix":1}]})",
                      R"({"a":[{"unknown":"x"}]})", R"({"a":[{"exists":"true"}]})",
                      R"({"a":[{"anything-but":[]}]})", R"({"a":[{"anything-but":["x",1]}]})",
                      R"({"a":[{"anything-but":true}]})", R"({"a":[{"anything-but":{"numeric":["=",1]}}]})",
                      R"({"a":[{"numeric":[]}]})", R"({"a":[{"numeric":["=","1"]}]})",
                      R"({"a":[{"numeric":["!",1]}]})", R"({"a":[{"numeric":["<",1,">",0]}]})",
                      R"({"a":[{"numeric":[">",2,"<",2]}]})", R"({"a":[{"numeric":["=",1,"<",2]}]})",
                      R"({"a":[{"numeric":["=",5000000001]}]})", R"({"$or":[{"a":[1]}]})",
                      R"({"$or":{"a":[1]}})", R"({"$or":[{"a":[1]},{}]})"));

TEST(FilterCriteria, DataOfKinesisIsJsonOnly) {
    const std::vector<std::string> plain{R"({"data":["x"]})"};
    EXPECT_FALSE(FilterCriteria::compile(plain, FilterCriteria::Source::kKinesis));
    const std::vector<std::string> nested{R"({"data":{"a":["x"]}})"};
    EXPECT_TRUE(FilterCriteria::compile(nested, FilterCriteria::Source::kKinesis)->asks_for_document());
}

TEST(FilterCriteria, FiveFiltersOfWhichOneMustMatch) {
    std::vector<std::string> patterns;
    for (const char* value : {"1", "2", "3", "4", "5"}) {
        patterns.push_back(R"({"a":[)" + std::string(value) + "]}");
    }
    const auto criteria = FilterCriteria::compile(patterns, FilterCriteria::Source::kSqs);
    ASSERT_TRUE(criteria);
    EXPECT_TRUE(criteria->matches({{"a", 5}}));
    EXPECT_FALSE(criteria->matches({{"a", 6}}));
    patterns.push_back(patterns.front());
    EXPECT_FALSE(FilterCriteria::compile(patterns, FilterCriteria::Source::kSqs));
}

TEST(FilterCriteria, WithoutPatternsEverythingPasses) {
    EXPECT_TRUE(FilterCriteria().matches({}));
}

TEST(FilterDocument, OnlyObjectsAndArraysAreJson) {
    EXPECT_TRUE(filter_document(R"({"a":1})").is_object());
    EXPECT_TRUE(filter_document("[1]").is_array());
    EXPECT_TRUE(filter_document("12").is_string());
    EXPECT_TRUE(filter_document("hello").is_string());
}

}  // namespace
}  // namespace millrace::lambda
