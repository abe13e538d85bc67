#include "services/lambda/urls/url_event.h"

#include <gtest/gtest.h>

#include "codec/json.h"

namespace millrace::lambda {
namespace {

http::Request example() {
    http::Request request{.method = "POST", .target = "/", .headers = {}, .body = R"({"a":1})"};
    request.headers.add("Host", "abc.lambda-url.eu-west-1.localhost:4566");
    request.headers.add("Content-Type", "application/json; charset=utf-8");
    request.headers.add("User-Agent", "curl/8");
    request.headers.add("X-Two", "one");
    request.headers.add("x-two", "two");
    request.headers.add("Cookie", "a=1; b=2");
    request.headers.add("Connection", "keep-alive");
    request.peer = "127.0.0.1";
    return request;
}

codec::Json event_of(const http::Request& request, std::string_view target = "/my%20path?a=1&b=2&a=3",
                     std::string_view access_key = {}) {
    const std::string text = url_event({.request = request,
                                        .url_id = "abc",
                                        .domain = "abc.lambda-url.eu-west-1.localhost",
                                        .target = target,
                                        .request_id = "r-1",
                                        .access_key = access_key,
                                        .account = "123456789012",
                                        .now = from_millis(1'583'348'638'390)});
    auto json = codec::parse_json(text);
    EXPECT_TRUE(json) << text;
    return std::move(*json);
}

TEST(UrlEvent, IsAwsFormat2) {
    EXPECT_EQ(codec::to_pretty_json(event_of(example())), codec::to_pretty_json(*codec::parse_json(R"({
      "version": "2.0", "routeKey": "$default", "rawPath": "/my%20path", "rawQueryString": "a=1&b=2&a=3",
      "queryStringParameters": {"a": "1,3", "b": "2"},
      "cookies": ["a=1", "b=2"],
      "headers": {
        "content-type": "application/json; charset=utf-8", "cookie": "a=1; b=2",
        "host": "abc.lambda-url.eu-west-1.localhost:4566", "user-agent": "curl/8",
        "x-forwarded-for": "127.0.0.1", "x-forwarded-port": "4566", "x-forwarded-proto": "http",
        "x-two": "one,two"},
      "requestContext": {
        "accountId": "anonymous", "apiId": "abc", "domainName": "abc.lambda-url.eu-west-1.localhost",
        "domainPrefix": "abc",
        "http": {"method": "POST", "path": "/my%20path", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1",
                 "userAgent": "curl/8"},
        "requestId": "r-1", "routeKey": "$default", "stage": "$default",
        "time": "04/Mar/2020:19:03:58 +0000", "timeEpoch": 1583348638390},
      "body": "{\"a\":1}", "isBase64Encoded": false})")));
}

TEST(UrlEvent, LeavesOutWhatIsNotThere) {
    http::Request request{.method = "GET", .target = "/", .headers = {}, .body = {}};
    const codec::Json event = event_of(request, "/");
    for (const char* name : {"body", "cookies", "queryStringParameters"})
        EXPECT_FALSE(event.get_object().contains(name)) << name;
    EXPECT_EQ(event.at("rawQueryString"), "");
    EXPECT_EQ(event.at("isBase64Encoded"), false);
    EXPECT_EQ(event.at("headers").at("x-forwarded-port"), "80");
}

TEST(UrlEvent, EncodesWhatIsNoText) {
    struct Case {
        const char* type;
        std::string body;
        bool encoded;
    };
    for (const Case& test :
         {Case{"text/plain", "x", false}, Case{"application/ld+json", "{}", false},
          Case{"application/soap+xml", "<a/>", false}, Case{"text/plain", "\xff", true},
          Case{"application/x-www-form-urlencoded", "a=b", true}, Case{"application/octet-stream", "x", true},
          Case{"", "x", false}, Case{"image/png", "\x89PNG", true},
          Case{"application/javascript", "1", false}}) {
        http::Request request{.method = "POST", .target = "/", .headers = {}, .body = test.body};
        request.headers.add("Content-Type", test.type);
        const codec::Json event = event_of(request);
        EXPECT_EQ(event.at("isBase64Encoded"), test.encoded) << test.type << test.body;
        if (!test.encoded) EXPECT_EQ(event.at("body"), test.body.c_str());
    }
}

TEST(UrlEvent, NamesWhoSigned) {
    const codec::Json event = event_of(example(), "/", "AKIAEXAMPLE");
    EXPECT_EQ(event.at("requestContext").at("accountId"), "123456789012");
    const codec::Json& iam = event.at("requestContext").at("authorizer").at("iam");
    EXPECT_EQ(iam.at("accessKey"), "AKIAEXAMPLE");
    EXPECT_EQ(iam.at("userArn"), "arn:aws:iam::123456789012:root");
}

TEST(UrlEvent, KeepsAQueryThatCannotBeDecoded) {
    const codec::Json event = event_of(example(), "/?a=%zz");
    EXPECT_EQ(event.at("rawQueryString"), "a=%zz");
    EXPECT_FALSE(event.get_object().contains("queryStringParameters"));
}

}  // namespace
}  // namespace millrace::lambda
