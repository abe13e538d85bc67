#include <boost/json.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/json.h"
#include "services/lambda/testing/service_fixture.h"

namespace millrace::lambda {
namespace {

using ::testing::HasSubstr;

constexpr const char* kUrlFunction = R"(
import json, os
def handler(event, context):
    if event["rawPath"] == "/fail":
        raise ValueError("no")
    if event["rawPath"] == "/echo":
        return {"statusCode": 201, "headers": {"content-type": "text/plain"}, "body": event.get("body", "")}
    return [os.environ["AWS_LAMBDA_FUNCTION_VERSION"], context.invoked_function_arn.split(":", 6)[6],
            event["requestContext"]["http"]["method"]]
)";

class FunctionUrlsTest : public testing::ServiceTest {
  protected:
    void SetUp() override { create_local("f", "python3.11", "index.handler", {{"index.py", kUrlFunction}}); }

    std::string url_call(const std::string& operation, const std::string& more = "") {
        return call(operation, fmt::format(R"({{"FunctionName":"f"{}}})", more)).body;
    }
    std::string create(const std::string& more = R"(,"AuthType":"NONE")") {
        const auto json = codec::parse_json(url_call("CreateFunctionUrlConfig", more));
        const std::string url(json->at("FunctionUrl").as_string());
        return url.substr(std::string_view("http://").size(),
                          url.size() - 1 - std::string_view("http://").size());
    }
    http::Response fetch(const std::string& host, const std::string& target, std::string body = {},
                         const http::Headers& headers = {}) {
        http::Request request{.method = body.empty() ? "GET" : "POST",
                              .target = target,
                              .headers = headers,
                              .body = std::move(body)};
        request.headers.add("Host", host);
        std::optional<http::Response> response;
        http::Respond respond = [&response](http::Response answer) { response = std::move(answer); };
        EXPECT_TRUE(service().answer_url(request, respond));
        EXPECT_TRUE(run_until([&] { return response.has_value(); }));
        return response ? std::move(*response) : http::Response{.status = 0};
    }
};

TEST_F(FunctionUrlsTest, ConfigurationsAreKept) {
    EXPECT_THAT(url_call("GetFunctionUrlConfig"), HasSubstr("The resource you requested does not exist."));
    const std::string created = url_call("CreateFunctionUrlConfig",
                                         R"(,"AuthType":"AWS_IAM","Cors":{"AllowOrigins":["*"],"MaxAge":5})");
    EXPECT_THAT(created, HasSubstr(R"("InvokeMode":"BUFFERED")"));
    EXPECT_THAT(created, HasSubstr(R"(.lambda-url.us-east-1.localhost)"));
    EXPECT_THAT(created, ::testing::Not(HasSubstr("LastModifiedTime")));
    EXPECT_THAT(url_call("CreateFunctionUrlConfig", R"(,"AuthType":"NONE")"),
                HasSubstr("Failed to create function url config for [functionArn = "
                          "arn:aws:lambda:us-east-1:000000000000:function:f]. Error message:  "
                          "FunctionUrlConfig exists for this Lambda function"));
    restart();
    EXPECT_THAT(url_call("GetFunctionUrlConfig"), HasSubstr(R"("AllowOrigins":["*"],"MaxAge":5)"));
    EXPECT_THAT(url_call("UpdateFunctionUrlConfig", R"(,"AuthType":"NONE","Cors":{})"),
                ::testing::AllOf(HasSubstr(R"("AuthType":"NONE")"), ::testing::Not(HasSubstr("Cors"))));
    EXPECT_THAT(url_call("ListFunctionUrlConfigs"), HasSubstr(R"("AuthType":"NONE")"));
    EXPECT_EQ(url_call("DeleteFunctionUrlConfig"), "");
    EXPECT_THAT(url_call("DeleteFunctionUrlConfig"), HasSubstr("ResourceNotFoundException"));
    EXPECT_THAT(url_call("ListFunctionUrlConfigs"), HasSubstr(R"("FunctionUrlConfigs":[])"));
}

TEST_F(FunctionUrlsTest, OnlyFunctionsAndAliasesHaveThem) {
    url_call("PublishVersion");
    EXPECT_THAT(url_call("CreateFunctionUrlConfig", R"(,"AuthType":"NONE","Qualifier":"1")"),
                HasSubstr("Value '1' at 'qualifier' failed to satisfy constraint"));
    EXPECT_THAT(url_call("CreateFunctionUrlConfig", R"(,"AuthType":"NONE","Qualifier":"$LATEST")"),
                HasSubstr("Value '$LATEST' at 'qualifier' failed to satisfy constraint"));
    EXPECT_THAT(url_call("CreateFunctionUrlConfig", R"(,"AuthType":"NONE","Qualifier":"gone")"),
                HasSubstr("Function does not exist"));
}

TEST_F(FunctionUrlsTest, RequestsRunTheFunction) {
    const std::string host = create();
    const auto listed = fetch(host, "/");
    EXPECT_EQ(listed.status, 200);
    EXPECT_EQ(listed.body, R"(["$LATEST", "f", "GET"])");
    EXPECT_EQ(listed.headers.get("x-amzn-RequestId").size(), 36U);
    const auto echoed = fetch(host, "/echo", "hello");
    EXPECT_EQ(echoed.status, 201);
    EXPECT_EQ(echoed.body, "hello");
    const auto failed = fetch(host, "/fail");
    EXPECT_EQ(failed.status, 502);
    EXPECT_EQ(failed.body, "Internal Server Error");
    const std::string id = host.substr(0, host.find('.'));
    EXPECT_EQ(fetch("127.0.0.1:4566", "/_lambda-url/" + id + "/echo", "hi").body, "hi");
}

TEST_F(FunctionUrlsTest, UnknownOnesAreForbidden) {
    EXPECT_EQ(fetch("nobody.lambda-url.us-east-1.localhost", "/").body, R"({"Message":null})");
    const std::string host = create();
    EXPECT_EQ(fetch(host, "/").status, 200);
    url_call("DeleteFunctionUrlConfig");
    EXPECT_EQ(fetch(host, "/").status, 403);
    const std::string again = create();
    EXPECT_NE(again, host);
    EXPECT_EQ(fetch(host, "/").status, 403) << "the old name is not the new one's";
    EXPECT_EQ(fetch(again, "/").status, 200);
    call("DeleteFunction", R"({"FunctionName":"f"})");
    EXPECT_EQ(fetch(again, "/").status, 403);
}

TEST_F(FunctionUrlsTest, AnAliasHasItsOwn) {
    url_call("PublishVersion");
    url_call("CreateAlias", R"(,"Name":"live","FunctionVersion":"1")");
    const std::string host = create(R"(,"AuthType":"NONE","Qualifier":"live")");
    EXPECT_EQ(fetch(host, "/").body, R"(["1", "f:live", "GET"])");
    EXPECT_THAT(url_call("ListFunctionUrlConfigs"), HasSubstr("function:f:live\""));
    url_call("DeleteAlias", R"(,"Name":"live")");
    EXPECT_EQ(fetch(host, "/").status, 403);
    EXPECT_THAT(url_call("ListFunctionUrlConfigs"), HasSubstr("[]"));
}

TEST_F(FunctionUrlsTest, IamAsksForASignature) {
    const std::string host = create(R"(,"AuthType":"AWS_IAM")");
    const auto refused = fetch(host, "/");
    EXPECT_EQ(refused.status, 403);
    EXPECT_THAT(refused.body, HasSubstr("Forbidden"));
    http::Headers headers;
    headers.add("Authorization",
                "AWS4-HMAC-SHA256 Credential=AKID/20261128/us-east-1/lambda/aws4_request, "
                "SignedHeaders=host, Signature=a");
    EXPECT_EQ(fetch(host, "/", {}, headers).status, 200);
}

TEST_F(FunctionUrlsTest, EventsMayHaveSixMegabytes) {
    const std::string host = create();
    const auto size = [&](std::size_t body) {
        http::Headers headers;
        headers.add("Content-Type", "text/plain");
        return fetch(host, "/", std::string(body, 'x'), headers).status;
    };
    EXPECT_EQ(size(6'290'000), 200);
    EXPECT_EQ(size(6'291'456), 413);
}

TEST_F(FunctionUrlsTest, ThrottlesAsTheFunctionDoes) {
    const std::string host = create();
    call("PutFunctionConcurrency", R"({"FunctionName":"f","ReservedConcurrentExecutions":0})");
    EXPECT_EQ(fetch(host, "/").status, 429);
}

TEST_F(FunctionUrlsTest, CorsIsAnsweredWithoutTheFunction) {
    const std::string host =
        create(R"(,"AuthType":"NONE","Cors":{"AllowOrigins":["https://a.example"],"AllowMethods":["*"]})");
    http::Request request{.method = "OPTIONS", .target = "/fail", .headers = {}, .body = {}};
    request.headers.add("Host", host);
    request.headers.add("Origin", "https://a.example");
    request.headers.add("Access-Control-Request-Method", "POST");
    std::optional<http::Response> response;
    http::Respond respond = [&response](http::Response answer) { response = std::move(answer); };
    EXPECT_TRUE(service().answer_url(request, respond));
    ASSERT_TRUE(response) << "at once";
    EXPECT_EQ(response->headers.get("Access-Control-Allow-Origin"), "https://a.example");
    http::Headers headers;
    headers.add("Origin", "https://a.example");
    EXPECT_EQ(fetch(host, "/", {}, headers).headers.get("Access-Control-Allow-Origin"), "https://a.example");
}

}  // namespace
}  // namespace millrace::lambda
