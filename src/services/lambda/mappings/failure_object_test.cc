#include "services/lambda/mappings/failure_object.h"

#include <gtest/gtest.h>

namespace millrace::lambda {
namespace {

TEST(FailureObject, HasAwssKey) {
    EXPECT_EQ(failure_object_key("m-1", "shardId-000000000000", from_millis(1'700'000'000'123), "u-1"),
              "aws/lambda/m-1/shardId-000000000000/2023/11/14/2023-11-14T22.13.20-u-1");
}

TEST(FailureObject, ReadsBucketsOnly) {
    EXPECT_EQ(bucket_of_arn("arn:aws:s3:::failed"), "failed");
    EXPECT_EQ(bucket_of_arn("arn:aws:sqs:us-east-1:000000000000:failed"), "");
}

}  // namespace
}  // namespace millrace::lambda
