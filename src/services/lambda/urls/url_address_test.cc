#include "services/lambda/urls/url_address.h"

#include <gtest/gtest.h>
#include <set>

namespace millrace::lambda {
namespace {

std::optional<UrlAddress> address(std::string host, std::string target = "/a?b=c") {
    http::Request request{.method = "GET", .target = std::move(target), .headers = {}, .body = {}};
    request.headers.add("Host", std::move(host));
    return find_url_address(request);
}

TEST(UrlAddress, IsInTheHost) {
    for (const char* host :
         {"abc.lambda-url.eu-west-1.localhost:4566", "ABC.Lambda-Url.eu-west-1.localhost",
          "abc.lambda-url.eu-west-1.localhost.localstack.cloud:4566", "abc.lambda-url.us-east-1.on.aws"}) {
        const auto found = address(host);
        ASSERT_TRUE(found) << host;
        EXPECT_EQ(found->id, "abc");
        EXPECT_EQ(found->target, "/a?b=c");
        EXPECT_TRUE(found->domain.starts_with("abc.lambda-url.")) << found->domain;
        EXPECT_EQ(found->domain.find(':'), std::string::npos) << found->domain;
    }
}

TEST(UrlAddress, OrInThePath) {
    const auto found = address("127.0.0.1:4566", "/_lambda-url/ABC/a/b?c=d");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, "abc");
    EXPECT_EQ(found->target, "/a/b?c=d");
    EXPECT_EQ(found->domain, "");
    EXPECT_EQ(address("x", "/_lambda-url/abc")->target, "/");
    EXPECT_EQ(address("x", "/_lambda-url/abc?d=e")->target, "/?d=e");
    EXPECT_EQ(address("x", "/_lambda-url/")->id, "");
}

TEST(UrlAddress, IsNotThereInOtherRequests) {
    for (const char* host : {"", "localhost:4566", ".lambda-url.eu-west-1.localhost", "[::1]:4566",
                             "lambda-url.us-east-1.localhost", "lambda.us-east-1.amazonaws.com"}) {
        EXPECT_FALSE(address(host)) << host;
    }
    EXPECT_FALSE(address("localhost", "/2021-10-31/functions/_lambda-url/url"));
}

TEST(UrlAddress, KeepsTheCallersPortAndScheme) {
    const aws::Scope scope{.account = "000000000000", .region = "eu-west-1"};
    EXPECT_EQ(function_url("abc", scope, "http://127.0.0.1:4566"),
              "http://abc.lambda-url.eu-west-1.localhost:4566/");
    EXPECT_EQ(function_url("abc", scope, "https://[::1]:4566"),
              "https://abc.lambda-url.eu-west-1.localhost:4566/");
    EXPECT_EQ(function_url("abc", scope, "http://[::1]"), "http://abc.lambda-url.eu-west-1.localhost/");
}

TEST(UrlAddress, HasAnIdOfItsOwn) {
    SeededRandom random(1);
    std::set<std::string> ids;
    for (int i = 0; i < 100; ++i) ids.insert(make_url_id(random));
    EXPECT_EQ(ids.size(), 100U);
    EXPECT_EQ(ids.begin()->size(), 32U);
}

}  // namespace
}  // namespace millrace::lambda
