#include "aws/auth/credential.h"

#include <gtest/gtest.h>

namespace millrace::aws {
namespace {

TEST(Credential, ReadsTheAuthorizationHeader) {
    const auto credential = parse_authorization(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231114/eu-west-1/kinesis/aws4_request, "
        "SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=9a08c963");
    ASSERT_TRUE(credential.has_value());
    EXPECT_EQ(credential->access_key, "AKIDEXAMPLE");
    EXPECT_EQ(credential->region, "eu-west-1");
    EXPECT_EQ(credential->service, "kinesis");
}

TEST(Credential, ReadsCompactHeaders) {
    const auto credential = parse_authorization(
        "AWS4-HMAC-SHA256 "
        "SignedHeaders=host,Credential=000000000001/20231114/us-east-1/sqs/aws4_request,Signature=a");
    ASSERT_TRUE(credential.has_value());
    EXPECT_EQ(credential->access_key, "000000000001");
    EXPECT_TRUE(is_account(credential->access_key));
}

TEST(Credential, ReadsScopesWithoutRegion) {
    const auto credential = parse_credential_scope("AKID/20231114/lambda/aws4_request");
    ASSERT_TRUE(credential.has_value());
    EXPECT_EQ(credential->region, "");
    EXPECT_EQ(credential->service, "lambda");
}

TEST(Credential, RefusesEverythingElse) {
    for (const char* header :
         {"", "Basic dXNlcjpwYXNz", "AWS4-HMAC-SHA256",
          "AWS4-HMAC-SHA256 Credential=", "AWS4-HMAC-SHA256 Credential=a/b/c",
          "AWS4-HMAC-SHA256 Credential=/20231114/us-east-1/sqs/aws4_request",
          "AWS4-HMAC-SHA256 Credential=a/2023111/us-east-1/sqs/aws4_request",
          "AWS4-HMAC-SHA256 Credential=a/20231114/../sqs/aws4_request",
          "AWS4-HMAC-SHA256 Credential=a/20231114/us-east-1/s:s/aws4_request",
          "AWS4-HMAC-SHA256 Credential=a/20231114/us-east-1/sqs/aws3_request", "AWS :signature"}) {
        EXPECT_FALSE(parse_authorization(header).has_value()) << header;
    }
}

TEST(Credential, ReadsPresignedQueries) {
    const codec::Form query = {{"X-Amz-Credential", "AKID/20231114/us-west-2/sqs/aws4_request"}};
    const auto credential = find_credential({}, query);
    ASSERT_TRUE(credential.has_value());
    EXPECT_EQ(credential->region, "us-west-2");
    EXPECT_FALSE(find_credential({}, {}).has_value());
}

TEST(Credential, Version2IsS3s) {
    EXPECT_EQ(parse_authorization("AWS AKID:signature")->service, "s3");
    EXPECT_EQ(parse_authorization("AWS AKID:signature")->access_key, "AKID");
    const codec::Form signed_url = {{"AWSAccessKeyId", "AKID"}, {"Signature", "x"}, {"Expires", "1"}};
    EXPECT_EQ(find_credential({}, signed_url)->service, "s3");
    // The query protocol's had an Action.
    const codec::Form query = {{"Action", "ListQueues"}, {"AWSAccessKeyId", "AKID"}, {"Signature", "x"}};
    EXPECT_FALSE(find_credential({}, query).has_value());
}

TEST(Credential, AnAccountIsTwelveDigits) {
    EXPECT_TRUE(is_account("123456789012"));
    EXPECT_FALSE(is_account("12345678901"));
    EXPECT_FALSE(is_account("1234567890123"));
    EXPECT_FALSE(is_account("12345678901x"));
}

}  // namespace
}  // namespace millrace::aws
