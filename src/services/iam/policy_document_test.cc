#include "services/iam/policy_document.h"

#include <gtest/gtest.h>

namespace millrace::iam {
namespace {

std::string problem(std::string_view text, PolicyKind kind = PolicyKind::kIdentity) {
    const auto checked = check_policy_document(text, kind);
    return checked ? "" : checked.error().message;
}

TEST(PolicyDocument, AcceptsWhatIamAccepts) {
    EXPECT_EQ(
        problem(
            R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]})"),
        "");
    EXPECT_EQ(
        problem(
            R"({"Statement":{"Sid":"a","Effect":"Deny","NotAction":["a:b"],"NotResource":["x"],"Condition":{}}})"),
        "");
    EXPECT_EQ(problem(R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
                          "Principal":{"Service":["lambda.amazonaws.com"]}}]})",
                      PolicyKind::kTrust),
              "");
    EXPECT_EQ(problem(R"({"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*"}})",
                      PolicyKind::kTrust),
              "");
}

TEST(PolicyDocument, SaysWhatIsWrong) {
    EXPECT_EQ(problem("{"), "This policy contains invalid Json");
    EXPECT_EQ(problem("[]"), "Syntax errors in policy.");
    EXPECT_EQ(problem("{}"), "Syntax errors in policy.");
    EXPECT_EQ(problem(R"({"Statement":[]})"), "Syntax errors in policy.");
    EXPECT_EQ(problem(R"({"Statement":[1]})"), "Syntax errors in policy.");
    EXPECT_EQ(problem(R"({"Statment":[]})"), "Unknown field Statment");
    EXPECT_EQ(problem(R"({"Statement":{"Action":"a:b","Resource":"*"}})"), "Missing required field Effect");
    EXPECT_EQ(problem(R"({"Statement":{"Effect":"Maybe","Action":"a:b","Resource":"*"}})"),
              "Invalid effect: \"Maybe\"");
    EXPECT_EQ(problem(R"({"Statement":{"Effect":"Allow","Resource":"*"}})"),
              "Policy statement must contain actions.");
    EXPECT_EQ(problem(R"({"Statement":{"Effect":"Allow","Action":[],"Resource":"*"}})"),
              "Syntax errors in policy.");
    EXPECT_EQ(problem(R"({"Statement":{"Effect":"Allow","Action":"a:b"}})"),
              "Policy statement must contain resources.");
    EXPECT_EQ(problem(R"({"Statement":{"Effect":"Allow","Action":"a:b","Resource":"*","Principal":"*"}})"),
              "Policy document should not specify a principal.");
    EXPECT_EQ(
        problem(R"({"Statement":{"Effect":"Allow","Action":"a:b","Resource":"*"}})", PolicyKind::kTrust),
        "Has prohibited field Resource");
    EXPECT_EQ(problem(R"({"Statement":{"Effect":"Allow","Action":"a:b"}})", PolicyKind::kTrust),
              "Missing required field Principal");
}

}  // namespace
}  // namespace millrace::iam
