#include "aws/auth/presigned.h"

#include <gtest/gtest.h>

namespace millrace::aws {
namespace {

constexpr WallTime kSigned = WallTime{Seconds{1'369'353'600}};  // 2013-05-24T00:00:00Z

codec::Form version_4(const std::string& expires, const std::string& date = "20130524T000000Z") {
    return {{"X-Amz-Algorithm", "AWS4-HMAC-SHA256"},
            {"X-Amz-Credential", "AKIDEXAMPLE/20130524/us-east-1/s3/aws4_request"},
            {"X-Amz-Date", date},
            {"X-Amz-Expires", expires},
            {"X-Amz-SignedHeaders", "host"},
            {"X-Amz-Signature", "aeeed9bb"}};
}

std::string refusal(const codec::Form& query, WallTime now) {
    const auto error = refuse_presigned(query, now);
    return error ? error->code + ": " + error->message : "";
}

TEST(Presigned, VersionFourIsGoodUntilItsLastSecond) {
    EXPECT_EQ(refusal(version_4("86400"), kSigned + Seconds{86'400}), "");
    const auto error = refuse_presigned(version_4("86400"), kSigned + Seconds{86'400} + Milliseconds{1});
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code + " " + error->message, "AccessDenied Request has expired");
    EXPECT_EQ(error->http_status, 403);
    EXPECT_EQ(error->details.at("X-Amz-Expires"), "86400");
    EXPECT_EQ(error->details.at("Expires"), "2013-05-25T00:00:00.000Z");
    EXPECT_EQ(error->details.at("ServerTime"), "2013-05-25T00:00:00.001Z");
}

TEST(Presigned, VersionFourLastsAWeekAtMost) {
    EXPECT_EQ(refusal(version_4("604800"), kSigned), "");
    EXPECT_EQ(refusal(version_4("604801"), kSigned),
              "AuthorizationQueryParametersError: X-Amz-Expires must be less than a week (in seconds); that "
              "is, the given "
              "X-Amz-Expires must be less than 604800 seconds");
    for (const char* number : {"", "soon", "1s", "99999999999999999999"}) {
        EXPECT_EQ(refusal(version_4(number), kSigned),
                  "AuthorizationQueryParametersError: X-Amz-Expires should be a number");
    }
    EXPECT_EQ(refusal(version_4("-1"), kSigned),
              "AuthorizationQueryParametersError: X-Amz-Expires must be non-negative");
}

TEST(Presigned, AClockMayBeAQuarterOfAnHourAhead) {
    EXPECT_EQ(refusal(version_4("60"), kSigned - kPresignedAheadMax), "");
    EXPECT_EQ(refusal(version_4("60"), kSigned - kPresignedAheadMax - Milliseconds{1}),
              "AccessDenied: Request is not valid yet");
}

TEST(Presigned, VersionFourNamesAllOfItsParameters) {
    for (std::size_t missing = 0; missing < version_4("60").size(); ++missing) {
        codec::Form query = version_4("60");
        query.erase(query.begin() + static_cast<std::ptrdiff_t>(missing));
        EXPECT_NE(refusal(query, kSigned).find("Query-string authentication version 4 requires"),
                  std::string::npos);
    }
    for (const char* date : {"", "2013-05-24T00:00:00Z", "20130524T000000", "20131324T000000Z"}) {
        EXPECT_EQ(refusal(version_4("60", date), kSigned),
                  "AuthorizationQueryParametersError: X-Amz-Date must be in the ISO8601 Long Format "
                  "\"yyyyMMdd'T'HHmmss'Z'\"");
    }
}

TEST(Presigned, VersionTwoSaysWhenItEnds) {
    codec::Form query{{"AWSAccessKeyId", "AKIDEXAMPLE"}, {"Signature", "x"}, {"Expires", "1369353600"}};
    EXPECT_EQ(refusal(query, kSigned), "");
    EXPECT_EQ(refusal(query, kSigned + Milliseconds{1}), "AccessDenied: Request has expired");
    query.back().second = "tomorrow";
    EXPECT_EQ(refusal(query, kSigned),
              "AccessDenied: Invalid date (should be seconds since epoch): tomorrow");
    query.pop_back();
    EXPECT_EQ(refusal(query, kSigned),
              "AccessDenied: Query-string authentication requires the Signature, Expires and AWSAccessKeyId "
              "parameters");
}

TEST(Presigned, WhatIsNotSignedInItsQueryIsNotLookedAt) {
    EXPECT_EQ(refusal({}, kSigned), "");
    EXPECT_EQ(refusal({{"Expires", "1"}, {"X-Amz-Expires", "x"}, {"list-type", "2"}}, kSigned), "");
}

}  // namespace
}  // namespace millrace::aws
