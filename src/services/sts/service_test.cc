#include "services/sts/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/testing.h"

namespace millrace::sts {
namespace {

using aws::testing::call;

class StsTest : public testing::Test {
  protected:
    StsTest() { service_.register_operations(registry_); }

    ManualClock clock_;
    SeededRandom random_{1};
    Service service_{{clock_, random_}};
    aws::Registry registry_;
};

TEST_F(StsTest, TheCallerIsTheAccountsRoot) {
    EXPECT_EQ(call(registry_, "GetCallerIdentity", "{}").body,
              R"({"UserId":"000000000000","Account":"000000000000","Arn":"arn:aws:iam::000000000000:root"})");
}

TEST_F(StsTest, AnAssumedRoleActsInItsAccount) {
    const auto answer =
        call(registry_, "AssumeRole",
             R"({"RoleArn":"arn:aws:iam::111122223333:role/team/reader","RoleSessionName":"me"})");
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.body, testing::HasSubstr(R"("AccessKeyId":"111122223333")"));
    EXPECT_THAT(answer.body, testing::HasSubstr("arn:aws:sts::111122223333:assumed-role/reader/me"));
    EXPECT_THAT(call(registry_, "AssumeRole",
                     R"({"RoleArn":"arn:aws:iam::1:role/aaaaaaaaaaa","RoleSessionName":"me"})")
                    .body,
                testing::HasSubstr("is invalid"));
}

TEST_F(StsTest, SessionTokensLastAsLongAsAsked) {
    EXPECT_THAT(call(registry_, "GetSessionToken", R"({"DurationSeconds":900})").body,
                testing::HasSubstr(R"("AccessKeyId":"000000000000")"));
}

}  // namespace
}  // namespace millrace::sts
