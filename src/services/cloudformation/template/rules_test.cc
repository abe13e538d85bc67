#include "services/cloudformation/template/rules.h"

#include <gmock/gmock.h>

namespace millrace::cloudformation {
namespace {

using testing::HasSubstr;

/// What the rules say of Stage and Sizes, or about themselves.
std::string verdict(const std::string& rules, const std::string& stage = "prod") {
    auto parsed = parse_template(
        "Parameters: {Stage: {Type: String}, Sizes: {Type: CommaDelimitedList, Default: 'a,b'}}\n"
        "Resources: {Q: {Type: AWS::SQS::Queue}}\nRules:\n" +
        rules);
    if (!parsed) return parsed.error().message;
    auto environment = make_environment(*parsed, {{"Stage", stage}, {"Sizes", "a,b"}},
                                        {"123456789012", "us-east-1", "s", "i"});
    if (!environment) return environment.error().message;
    auto held = assert_rules(*environment);
    return held ? "holds" : held.error().message;
}

std::string assertion(const std::string& condition) {
    return "  R: {Assertions: [{Assert: " + condition + "}]}\n";
}

TEST(RulesTest, Functions) {
    for (const char* good :
         {"{'Fn::Equals': [{Ref: Stage}, prod]}", "{'Fn::Not': [{'Fn::Equals': [{Ref: Stage}, dev]}]}",
          "{'Fn::Contains': [[dev, prod], {Ref: Stage}]}", "!Contains [[dev, prod], !Ref Stage]",
          "!EachMemberIn [!Ref Sizes, [a, b, c]]", "{'Fn::EachMemberIn': [{Ref: Sizes}, [a, b, c]]}",
          "{'Fn::EachMemberEquals': [[prod, prod], {Ref: Stage}]}",
          "!And [!Equals [a, a], {'Fn::Or': [{'Fn::Equals': [a, b]}, {'Fn::Equals': [1, '1']}]}]",
          "{'Fn::Equals': [{Ref: 'AWS::Region'}, us-east-1]}"}) {
        EXPECT_EQ(verdict(assertion(good)), "holds") << good;
    }
    for (const char* bad :
         {"{'Fn::Equals': [{Ref: Stage}, dev]}", "{'Fn::Contains': [[dev], {Ref: Stage}]}",
          "{'Fn::EachMemberIn': [{Ref: Sizes}, [a, c]]}", "{'Fn::EachMemberEquals': [{Ref: Sizes}, a]}",
          "{'Fn::And': [{'Fn::Equals': [a, a]}, {'Fn::Equals': [a, b]}]}",
          "{'Fn::Or': [{'Fn::Equals': [a, c]}, {'Fn::Equals': [a, b]}]}"}) {
        EXPECT_EQ(verdict(assertion(bad)), "Template error: rule R does not hold: assertion 0 is false")
            << bad;
    }
}

TEST(RulesTest, ApplyUnderTheirCondition) {
    const std::string rule =
        "  ProdIsBig:\n"
        "    RuleCondition: {'Fn::Equals': [{Ref: Stage}, prod]}\n"
        "    Assertions:\n"
        "      - {Assert: {'Fn::Equals': [x, x]}}\n"
        "      - {Assert: {'Fn::Contains': [{Ref: Sizes}, xl]}, AssertDescription: Production needs xl}\n";
    EXPECT_EQ(verdict(rule), "Template error: rule ProdIsBig does not hold: Production needs xl");
    EXPECT_EQ(verdict(rule, "dev"), "holds");
}

TEST(RulesTest, Mistakes) {
    EXPECT_THAT(verdict("  R: {}\n"), HasSubstr("[/Rules/R] a rule must have Assertions"));
    EXPECT_THAT(verdict("  R-x: {}\n"), HasSubstr("non alphanumeric"));
    EXPECT_THAT(verdict("  R: {Assertions: [{AssertDescription: x}]}\n"),
                HasSubstr("an assertion has an Assert"));
    EXPECT_THAT(verdict("  R: {Asertions: []}\n"), HasSubstr("Invalid rule property 'Asertions'"));
    EXPECT_THAT(verdict(assertion("{'Fn::Equals': [a]}")), HasSubstr("wrong number of arguments"));
    EXPECT_THAT(verdict(assertion("true")), HasSubstr("must be a rule function"));
    EXPECT_THAT(verdict(assertion("{'Fn::Equals': [{Ref: Q}, a]}")), HasSubstr("Cannot reference resources"));
    EXPECT_THAT(verdict(assertion("{'Fn::Nope': [a, b]}")), HasSubstr("Fn::Nope is not a rule function"));
    EXPECT_THAT(
        verdict(assertion("{'Fn::EachMemberIn': [{'Fn::ValueOfAll': ['AWS::EC2::VPC::Id', x]}, [a]]}")),
        HasSubstr("needs parameters of AWS-specific types"));
    EXPECT_THAT(verdict(assertion("{'Fn::Equals': [{'Fn::Join': ['', [a]]}, a]}")),
                HasSubstr("Fn::Join cannot be used in Rules, at /Rules/R/Assertions/0"));
}

}  // namespace
}  // namespace millrace::cloudformation
