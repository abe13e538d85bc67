#include "aws/s3_host.h"

#include <gtest/gtest.h>

namespace millrace::aws {
namespace {

TEST(S3Host, ReadsNamesOfTheServiceAndOfItsBuckets) {
    const S3Host service{.is_s3 = true};
    EXPECT_EQ(read_s3_host("s3.amazonaws.com"), service);
    EXPECT_EQ(read_s3_host("s3.eu-west-1.amazonaws.com:443"), service);
    EXPECT_EQ(read_s3_host("s3-eu-west-1.amazonaws.com"), service);
    EXPECT_EQ(read_s3_host("S3.localhost:4566"), service);
    const S3Host bucket{.is_s3 = true, .bucket = "my.bucket"};
    EXPECT_EQ(read_s3_host("my.bucket.s3.amazonaws.com"), bucket);
    EXPECT_EQ(read_s3_host("my.bucket.s3.eu-west-1.amazonaws.com"), bucket);
    EXPECT_EQ(read_s3_host("my.bucket.s3.dualstack.eu-west-1.amazonaws.com"), bucket);
    EXPECT_EQ(read_s3_host("my.bucket.s3.cn-north-1.amazonaws.com.cn"), bucket);
    EXPECT_EQ(read_s3_host("my.bucket.s3.localhost:4566"), bucket);
    EXPECT_EQ(read_s3_host("my.bucket.s3.us-east-1.localhost"), bucket);
}

TEST(S3Host, ABucketMayHaveALabelLikeTheService) {
    EXPECT_EQ(read_s3_host("s3.logs.s3.amazonaws.com"), (S3Host{.is_s3 = true, .bucket = "s3.logs"}));
}

TEST(S3Host, ALocalNameHasABucketButNeedNotMeanS3) {
    EXPECT_EQ(read_s3_host("jobs.localhost:4566"), (S3Host{.is_s3 = false, .bucket = "jobs"}));
    for (const char* host : {"", ":", "localhost", "localhost:4566", "127.0.0.1:4566", "[::1]:4566",
                             "millrace", "sqs.us-east-1.amazonaws.com", "notlocalhost", "b.s3.example.com"})
        EXPECT_EQ(read_s3_host(host), S3Host{}) << host;
}

}  // namespace
}  // namespace millrace::aws
