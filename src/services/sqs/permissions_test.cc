#include "services/sqs/permissions.h"

#include <gtest/gtest.h>

namespace millrace::sqs {
namespace {

class PermissionsTest : public testing::Test {
  protected:
    PermissionsTest() {
        queue_.scope = {"000000000000", "us-east-1"};
        queue_.name = "q";
    }
    aws::Outcome<std::string> add(Permission permission) {
        auto policy = policy_with(queue_, permission);
        if (policy) EXPECT_TRUE(queue_.attributes.set("Policy", *policy));
        return policy;
    }
    std::string code_of(const Permission& permission) {
        const auto policy = policy_with(queue_, permission);
        return policy ? "" : policy.error().code;
    }

    QueueDescription queue_;
};

TEST_F(PermissionsTest, AStatementIsAddedAndTakenAway) {
    const std::string first =
        R"({"Sid":"a","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},)"
        R"("Action":"SQS:SendMessage","Resource":"arn:aws:sqs:us-east-1:000000000000:q"})";
    const std::string second =
        R"({"Sid":"b","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::123456789012:root",)"
        R"("arn:aws:iam::210987654321:root"]},"Action":["SQS:*","SQS:GetQueueUrl"],)"
        R"("Resource":"arn:aws:sqs:us-east-1:000000000000:q"})";
    const std::string begin =
        R"({"Version":"2008-10-17","Id":"arn:aws:sqs:us-east-1:000000000000:q/SQSDefaultPolicy","Statement":[)";
    EXPECT_EQ(*add({"a", {"123456789012"}, {"SendMessage"}}), begin + first + "]}");
    EXPECT_EQ(*add({"b", {"123456789012", "210987654321"}, {"*", "GetQueueUrl"}}),
              begin + first + "," + second + "]}");
    EXPECT_EQ(policy_without(queue_, "a"), begin + second + "]}");
    EXPECT_EQ(policy_without(queue_, "c").error().message,
              "Value c for parameter Label is invalid. Reason: can't find label.");
}

TEST_F(PermissionsTest, APolicyOfTheOwnersStaysAsItIs) {
    ASSERT_TRUE(queue_.attributes.set("Policy", R"({"Version":"2012-10-17","Statement":{"Sid":"own"}})"));
    const auto policy = add({"a", {"123456789012"}, {"SendMessage"}});
    ASSERT_TRUE(policy);
    EXPECT_TRUE(policy->starts_with(R"({"Version":"2012-10-17","Statement":[{"Sid":"own"},)"));
    EXPECT_EQ(code_of({"own", {"123456789012"}, {"SendMessage"}}), "InvalidParameterValueException");
}

TEST_F(PermissionsTest, LimitsAndOnePast) {
    const std::vector<std::string> account{"123456789012"};
    EXPECT_EQ(code_of({std::string(80, 'l'), account, {"SendMessage"}}), "");
    EXPECT_EQ(code_of({std::string(81, 'l'), account, {"SendMessage"}}), "InvalidParameterValueException");
    EXPECT_EQ(code_of({"a b", account, {"SendMessage"}}), "InvalidParameterValueException");
    EXPECT_EQ(code_of({"a", account, std::vector<std::string>(7, "SendMessage")}), "");
    EXPECT_EQ(code_of({"a", account, std::vector<std::string>(8, "SendMessage")}), "OverLimit");
    EXPECT_EQ(code_of({"a", account, {}}), "MissingRequiredParameterException");
    EXPECT_EQ(code_of({"a", account, {"DeleteQueue"}}), "InvalidParameterValueException");
    EXPECT_EQ(code_of({"a", {}, {"SendMessage"}}), "InvalidParameterValueException");
    EXPECT_EQ(code_of({"a", {"12345678901"}, {"SendMessage"}}), "InvalidParameterValueException");
}

}  // namespace
}  // namespace millrace::sqs
