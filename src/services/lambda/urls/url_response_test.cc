#include "services/lambda/urls/url_response.h"

#include <gtest/gtest.h>

#include "services/lambda/urls/url_cors.h"

namespace millrace::lambda {
namespace {

TEST(UrlResponse, IsWhatTheFunctionSays) {
    const auto response = url_response(
        R"({"statusCode":201,"headers":{"Content-Type":"text/html","X-N":7},"cookies":["a=1; Secure","b=2"],)"
        R"("body":"aGk=","isBase64Encoded":true})");
    EXPECT_EQ(response.status, 201);
    EXPECT_EQ(response.headers.get("content-type"), "text/html");
    EXPECT_EQ(response.headers.get("x-n"), "7");
    EXPECT_EQ(response.headers.get("set-cookie"), "a=1; Secure");
    EXPECT_EQ(response.headers.size(), 4U);
    EXPECT_EQ(response.body, "hi");
}

TEST(UrlResponse, IsGuessedOtherwise) {
    struct Case {
        const char* payload;
        const char* body;
    };
    for (const Case& test :
         {Case{R"({"message":"hi","body":"x"})", R"({"message":"hi","body":"x"})"}, Case{R"("hi\n")", "hi\n"},
          Case{"[1, 2]", "[1, 2]"}, Case{"null", "null"}, Case{"7", "7"}, Case{"no json", "no json"}}) {
        const auto response = url_response(test.payload);
        EXPECT_EQ(response.status, 200) << test.payload;
        EXPECT_EQ(response.headers.get("Content-Type"), "application/json");
        EXPECT_EQ(response.body, test.body);
    }
    EXPECT_EQ(url_response(R"({"statusCode":204})").body, "");
    EXPECT_EQ(url_response(R"({"statusCode":"404","body":{"a":1}})").body, R"({"a":1})");
    EXPECT_EQ(url_response(R"({"statusCode":"404"})").status, 404);
}

TEST(UrlResponse, ThatCannotBeIsABadGateway) {
    for (const char* payload :
         {R"({"statusCode":199})", R"({"statusCode":600})", R"({"statusCode":"x"})", R"({"statusCode":null})",
          R"({"statusCode":200,"headers":[]})", R"({"statusCode":200,"headers":{"a b":"c"}})",
          R"({"statusCode":200,"headers":{"a":"b\r\nc: d"}})", R"({"statusCode":200,"cookies":"a"})",
          R"({"statusCode":200,"cookies":["a\nb"]})",
          R"({"statusCode":200,"body":"%","isBase64Encoded":true})"}) {
        const auto response = url_response(payload);
        EXPECT_EQ(response.status, 502) << payload;
        EXPECT_EQ(response.body, "Internal Server Error");
    }
    EXPECT_EQ(url_response(R"({"statusCode":599})").status, 599);
    EXPECT_EQ(url_response(R"({"statusCode":200})").status, 200);
}

TEST(UrlResponse, LeavesTheConnectionToTheServer) {
    const auto response = url_response(
        R"({"statusCode":200,"headers":{"Content-Length":"9","transfer-encoding":"x","Date":"d","connection":"c"}})");
    EXPECT_EQ(response.headers.find("Content-Length"), nullptr);
    EXPECT_EQ(response.headers.find("Transfer-Encoding"), nullptr);
    EXPECT_EQ(response.headers.find("Date"), nullptr);
    EXPECT_EQ(response.headers.get("x-amzn-Remapped-Date"), "d");
    EXPECT_EQ(response.headers.get("x-amzn-Remapped-connection"), "c");
}

http::Request from(std::string origin, std::string method = "PUT") {
    http::Request request{.method = "OPTIONS", .target = "/", .headers = {}, .body = {}};
    request.headers.add("Origin", std::move(origin));
    request.headers.add("Access-Control-Request-Method", std::move(method));
    return request;
}

const UrlCors kCors{.allow_credentials = std::nullopt,
                    .allow_headers = {{"X-A", "x-b"}},
                    .allow_methods = {{"GET", "PUT"}},
                    .allow_origins = {{"https://a.example"}},
                    .expose_headers = {{"X-C"}},
                    .max_age_seconds = 60};

TEST(UrlCors, AnswersPreflightsOfAllowedOrigins) {
    const auto response = preflight_response(kCors, from("https://a.example"));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.headers.get("Access-Control-Allow-Origin"), "https://a.example");
    EXPECT_EQ(response.headers.get("Access-Control-Allow-Methods"), "GET,PUT");
    EXPECT_EQ(response.headers.get("Access-Control-Allow-Headers"), "X-A,x-b");
    EXPECT_EQ(response.headers.get("Access-Control-Max-Age"), "60");
    EXPECT_EQ(response.headers.find("Access-Control-Allow-Credentials"), nullptr);
    EXPECT_EQ(preflight_response(kCors, from("https://b.example")).headers.size(), 0U);
    EXPECT_EQ(preflight_response(kCors, from("https://a.example", "DELETE")).headers.size(), 0U);
    http::Request plain = from("https://a.example");
    plain.method = "PUT";
    EXPECT_TRUE(is_preflight(from("x")));
    EXPECT_FALSE(is_preflight(plain));
}

TEST(UrlCors, OverridesWhatTheFunctionSays) {
    http::Response response;
    response.headers.add("access-control-allow-origin", "https://evil.example");
    response.headers.add("X-Mine", "1");
    apply_cors(kCors, from("https://a.example"), response);
    EXPECT_EQ(response.headers.get("Access-Control-Allow-Origin"), "https://a.example");
    EXPECT_EQ(response.headers.get("Access-Control-Expose-Headers"), "X-C");
    EXPECT_EQ(response.headers.get("X-Mine"), "1");
    apply_cors(kCors, from("https://b.example"), response);
    EXPECT_EQ(response.headers.find("Access-Control-Allow-Origin"), nullptr);
}

TEST(UrlCors, AWildcardNamesTheOriginToCredentials) {
    UrlCors cors{.allow_origins = {{"*"}}};
    http::Response response;
    apply_cors(cors, from("https://a.example"), response);
    EXPECT_EQ(response.headers.get("Access-Control-Allow-Origin"), "*");
    cors.allow_credentials = true;
    apply_cors(cors, from("https://a.example"), response);
    EXPECT_EQ(response.headers.get("Access-Control-Allow-Origin"), "https://a.example");
    EXPECT_EQ(response.headers.get("Access-Control-Allow-Credentials"), "true");
}

}  // namespace
}  // namespace millrace::lambda
