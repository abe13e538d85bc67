#include "services/kinesis/resource_policy.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <string>

namespace millrace::kinesis {
namespace {

constexpr std::string_view kStatement =
    R"({"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "kinesis:PutRecord"})";

std::string policy_of(std::string_view statements) {
    return fmt::format(R"({{"Version": "2012-10-17", "Statement": {}}})", statements);
}

std::string refusal(std::string_view text) {
    const auto checked = check_policy(text);
    return checked ? "" : checked.error().message;
}

TEST(ResourcePolicy, HasStatementsThatSayWhoMayDoWhat) {
    EXPECT_EQ(refusal(policy_of(kStatement)), "");
    EXPECT_EQ(refusal(policy_of(fmt::format("[{}, {}]", kStatement, kStatement))), "");
    EXPECT_EQ(refusal(policy_of("[]")), "The resource policy is not valid: it has no Statement.");
    EXPECT_EQ(refusal("{}"), "The resource policy is not valid: it has no Statement.");
    EXPECT_EQ(refusal("[]"), "The resource policy is not valid: it has no Statement.");
    EXPECT_EQ(refusal(policy_of("[1]")), "The resource policy is not valid: a statement is not an object.");
    EXPECT_EQ(refusal(policy_of(R"({"Effect": "Maybe", "Principal": "*", "Action": "*"})")),
              "The resource policy is not valid: the Effect of a statement must be Allow or Deny.");
    EXPECT_EQ(refusal(policy_of(R"({"Effect": "Deny", "Action": "*"})")),
              "The resource policy is not valid: a statement must have either Principal or NotPrincipal.");
    EXPECT_EQ(refusal(policy_of(R"({"Effect": "Deny", "Principal": "*", "Action": "*", "NotAction": "*"})")),
              "The resource policy is not valid: a statement must have either Action or NotAction.");
    EXPECT_EQ(refusal(policy_of(R"({"Principal": "*", "Action": "*"})")),
              "The resource policy is not valid: the Effect of a statement must be Allow or Deny.");
    EXPECT_EQ(refusal(policy_of(R"({"Effect": "Deny", "NotPrincipal": "*", "NotAction": "*"})")), "");
    EXPECT_EQ(refusal(policy_of(R"({"Effect": "Deny", "Principal": "*"})")),
              "The resource policy is not valid: a statement must have either Action or NotAction.");
    EXPECT_EQ(refusal(policy_of(R"("Allow")")),
              "The resource policy is not valid: a statement is not an object.");
    EXPECT_EQ(refusal(policy_of(fmt::format("[{}, {{}}]", kStatement))),
              "The resource policy is not valid: the Effect of a statement must be Allow or Deny.")
        << "the second of two";
    EXPECT_TRUE(refusal("{").starts_with("The resource policy is not valid: ")) << refusal("{");
}

TEST(ResourcePolicy, IsAtMost20KiB) {
    std::string policy = policy_of(kStatement);
    policy.resize(kPolicyBytesMax, ' ');
    EXPECT_EQ(refusal(policy), "");
    policy += ' ';
    EXPECT_EQ(refusal(policy), "The resource policy is not valid: it is larger than 20480 bytes.");
}

}  // namespace
}  // namespace millrace::kinesis
