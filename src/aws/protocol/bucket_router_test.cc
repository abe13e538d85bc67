#include "aws/protocol/bucket_router.h"

#include <gtest/gtest.h>

#include "api/s3.h"
#include "codec/uri.h"

namespace millrace::aws {
namespace {

BucketRoute route(const char* method, const char* target, const char* host = "localhost:4566",
                  const char* header = nullptr) {
    BucketRouter router;
    router.add(api::s3::service_model());
    http::Request request{.method = method, .target = target, .headers = {}, .body = {}};
    request.headers.add("Host", host);
    if (header != nullptr) request.headers.add(header, "b/k");
    return router.find(request, codec::parse_form(codec::split_target(target).query).value());
}

TEST(BucketRouter, TellsOperationsOfOnePathApart) {
    EXPECT_EQ(route("GET", "/").name, "ListBuckets");
    EXPECT_EQ(route("GET", "/b").name, "ListObjects");
    EXPECT_EQ(route("GET", "/b/").name, "ListObjects");
    EXPECT_EQ(route("GET", "/b?list-type=2").name, "ListObjectsV2");
    EXPECT_EQ(route("GET", "/b?list-type=3").name, "ListObjects");
    EXPECT_EQ(route("GET", "/b?versions&prefix=x").name, "ListObjectVersions");
    EXPECT_EQ(route("POST", "/b?delete").name, "DeleteObjects");
    EXPECT_EQ(route("GET", "/b/k").name, "GetObject");
    EXPECT_EQ(route("GET", "/b/k?uploadId=u").name, "ListParts");
    EXPECT_EQ(route("PUT", "/b/k").name, "PutObject");
    EXPECT_EQ(route("PUT", "/b/k", "localhost", "x-amz-copy-source").name, "CopyObject");
    EXPECT_EQ(route("PUT", "/b/k?partNumber=1&uploadId=u").name, "UploadPart");
    EXPECT_EQ(route("PUT", "/b/k?partNumber=1&uploadId=u", "localhost", "x-amz-copy-source").name,
              "UploadPartCopy");
    EXPECT_EQ(route("POST", "/b/k?uploads").name, "CreateMultipartUpload");
    EXPECT_EQ(route("POST", "/b/k?uploadId=u").name, "CompleteMultipartUpload");
    EXPECT_EQ(route("GET", "/b/k?attributes").name, "GetObjectAttributes");
}

TEST(BucketRouter, KnowsWhatIsNotOffered) {
    const BucketRoute website = route("GET", "/b?website");
    EXPECT_EQ(website.name, "GetBucketWebsite");
    EXPECT_EQ(website.operation, nullptr);
    EXPECT_EQ(route("PATCH", "/b/k").name, "");
}

TEST(BucketRouter, ReadsBucketAndKey) {
    const PathLabels labels = route("GET", "/b/a/b%20c+d//e/").labels;
    EXPECT_EQ(labels.at("Bucket"), "b");
    EXPECT_EQ(labels.at("Key"), "a/b c+d//e/");
    const PathLabels hosted = route("GET", "/a/k", "b.s3.eu-west-1.amazonaws.com").labels;
    EXPECT_EQ(hosted.at("Bucket"), "b");
    EXPECT_EQ(hosted.at("Key"), "a/k");
    EXPECT_EQ(route("GET", "/", "b.s3.localhost:4566").name, "ListObjects");
}

}  // namespace
}  // namespace millrace::aws
