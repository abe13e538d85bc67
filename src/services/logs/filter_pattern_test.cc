#include "services/logs/filter_pattern.h"

#include <gtest/gtest.h>

namespace millrace::logs {
namespace {

bool matches(std::string_view pattern, std::string_view message) {
    const auto parsed = FilterPattern::parse(pattern);
    EXPECT_TRUE(parsed) << pattern;
    return parsed && parsed->matches(message);
}

TEST(FilterPattern, AllTermsMustOccur) {
    EXPECT_TRUE(matches("", "anything"));
    EXPECT_TRUE(matches("ERROR", "an ERROR here"));
    EXPECT_FALSE(matches("ERROR", "an error here"));
    EXPECT_TRUE(matches("ERROR disk", "disk: ERROR"));
    EXPECT_FALSE(matches("ERROR disk", "ERROR"));
    EXPECT_TRUE(matches("M\xC3\xBChle", "die M\xC3\xBChle"));
}

TEST(FilterPattern, PhrasesExclusionsAndAlternatives) {
    EXPECT_TRUE(matches("\"disk is full\"", "the disk is full now"));
    EXPECT_FALSE(matches("\"disk is full\"", "disk full is"));
    EXPECT_TRUE(matches(R"("say \"hi\"")", R"(say "hi")"));
    EXPECT_FALSE(matches("ERROR -retry", "ERROR retry 1"));
    EXPECT_TRUE(matches("ERROR -\"retry 2\"", "ERROR retry 1"));
    EXPECT_TRUE(matches("-DEBUG", "INFO"));
    EXPECT_TRUE(matches("?ERROR ?WARN", "WARN"));
    EXPECT_FALSE(matches("?ERROR ?WARN", "INFO"));
    EXPECT_TRUE(matches("?ERROR INFO", "INFO"));
}

TEST(FilterPattern, SaysWhatIsWrong) {
    EXPECT_EQ(FilterPattern::parse("a foo-bar").error().message, "Invalid character(s) in term 'foo-bar'");
    EXPECT_FALSE(FilterPattern::parse("\"open"));
    EXPECT_FALSE(FilterPattern::parse("-"));
    EXPECT_FALSE(FilterPattern::parse("?"));
    EXPECT_EQ(FilterPattern::parse("{ $.a = 1 }").error().code, ErrorCode::kUnimplemented);
    EXPECT_EQ(FilterPattern::parse("[a, b]").error().code, ErrorCode::kUnimplemented);
}

}  // namespace
}  // namespace millrace::logs
