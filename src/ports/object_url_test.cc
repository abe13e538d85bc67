#include "ports/object_url.h"

#include <gtest/gtest.h>

namespace millrace::ports {
namespace {

TEST(ObjectUrl, ReadsBothStylesOfAddressing) {
    const ObjectAddress object{.bucket = "b", .key = "dir/a b.yaml"};
    for (const char* url :
         {"https://b.s3.us-east-1.amazonaws.com/dir/a%20b.yaml", "https://s3.amazonaws.com/b/dir/a%20b.yaml",
          "http://localhost:4566/b/dir/a%20b.yaml", "http://127.0.0.1:4566/b/dir/a%20b.yaml",
          "http://b.localhost:4566/dir/a%20b.yaml", "s3://b/dir/a b.yaml"})
        EXPECT_EQ(parse_object_url(url), object) << url;
}

TEST(ObjectUrl, ReadsAVersion) {
    EXPECT_EQ(parse_object_url("http://localhost/b/k?versionId=v1"),
              (ObjectAddress{.bucket = "b", .key = "k", .version_id = "v1"}));
}

TEST(ObjectUrl, RefusesWhatNamesNoObject) {
    for (const char* url :
         {"", "b/k", "ftp://localhost/b/k", "http://localhost", "http://localhost/", "http://localhost/b",
          "http://localhost/b/", "http://localhost//k", "s3://b", "s3:///k", "http://localhost/b/%zz"})
        EXPECT_EQ(parse_object_url(url), std::nullopt) << url;
}

}  // namespace
}  // namespace millrace::ports
