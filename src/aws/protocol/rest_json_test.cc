#include "aws/protocol/rest_json.h"

#include <gtest/gtest.h>

#include "api/lambda.h"
#include "aws/protocol/json_error.h"
#include "codec/uri.h"

namespace millrace::aws {
namespace {

using namespace api::lambda;

RestRouter lambda_router() {
    RestRouter router;
    router.add(service_model());
    return router;
}

template <class Op>
typename Op::Input decode(const http::Request& request) {
    const RestRoute route = lambda_router().find(request.method, request.target);
    EXPECT_EQ(route.operation, &Op::model());
    typename Op::Input input;
    Violations violations;
    const auto query = codec::parse_form(codec::split_target(request.target).query).value();
    auto decoded = decode_rest_json(request, route.labels, query, *Op::model().input, &input, violations);
    EXPECT_TRUE(decoded.has_value());
    EXPECT_TRUE(violations.empty());
    return input;
}

TEST(RestRouter, FindsOperationsByMethodAndPath) {
    const RestRouter router = lambda_router();
    const std::pair<const char*, const char*> cases[] = {
        {"POST", "/2015-03-31/functions"},
        {"GET", "/2015-03-31/functions/"},
        {"GET", "/2015-03-31/functions/f"},
        {"GET", "/2015-03-31/functions/f/configuration?Qualifier=1"},
        {"DELETE", "/2015-03-31/functions/f"},
        {"GET", "/2018-10-31/layers?find=LayerVersion&Arn=x"},
        {"GET", "/2018-10-31/layers"},
        {"GET", "/2015-03-31/functions//"},
        {"POST", "/nothing"},
        {"GET", ""},
        {"PATCH", "/2015-03-31/functions"}};
    std::string found;
    for (const auto& [method, target] : cases) found += std::string(router.find(method, target).name) + ' ';
    EXPECT_EQ(found,
              "CreateFunction ListFunctions GetFunction GetFunctionConfiguration DeleteFunction "
              "GetLayerVersionByArn "
              "ListLayers ListFunctions    ");
}

TEST(RestRouter, DecodesLabels) {
    const RestRoute route = lambda_router().find(
        "GET", "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A000000000000%3Afunction%3Af");
    EXPECT_EQ(route.labels.at("FunctionName"), "arn:aws:lambda:eu-west-1:000000000000:function:f");
}

TEST(RestJson, DecodesPayloadAndHeaders) {
    http::Request request{.method = "POST",
                          .target = "/2015-03-31/functions/f/invocations?Qualifier=7",
                          .headers = {},
                          .body = "{\"x\":1}"};
    request.headers.add("X-Amz-Invocation-Type", "Event");
    const InvocationRequest input = decode<Invoke>(request);
    EXPECT_EQ(input.function_name, "f");
    EXPECT_EQ(input.invocation_type, "Event");
    EXPECT_EQ(input.qualifier, "7");
    EXPECT_EQ(input.payload, "{\"x\":1}");
}

TEST(RestJson, DecodesQueryStrings) {
    const auto input = decode<ListEventSourceMappings>(
        {.method = "GET",
         .target = "/2015-03-31/event-source-mappings?EventSourceArn=arn%3Aaws%3Akinesis&MaxItems=5",
         .headers = {},
         .body = ""});
    EXPECT_EQ(input.event_source_arn, "arn:aws:kinesis");
    EXPECT_EQ(input.max_items, 5);
}

TEST(RestJson, DecodesBodiesBesideLabels) {
    const auto input = decode<UpdateFunctionConfiguration>(
        {.method = "PUT",
         .target = "/2015-03-31/functions/f/configuration",
         .headers = {},
         .body = R"({"Timeout": 3, "Environment": {"Variables": {"AB": "b"}}})"});
    EXPECT_EQ(input.function_name, "f");
    EXPECT_EQ(input.timeout, 3);
    EXPECT_EQ(input.environment.value().variables.value().at("AB"), "b");
}

TEST(RestJson, EncodesPayloadHeadersAndStatus) {
    InvocationResponse output;
    output.status_code = 202;
    output.function_error = "Unhandled";
    output.payload = "{}";
    const http::Response response = encode_rest_json(Invoke::model(), &output);
    EXPECT_EQ(response.status, 202);
    EXPECT_EQ(response.headers.get("x-amz-function-error"), "Unhandled");
    EXPECT_EQ(response.body, "{}");
}

TEST(RestJson, EncodesBodiesWithTheModelsStatus) {
    FunctionConfiguration output;
    output.function_name = "f";
    const http::Response response = encode_rest_json(CreateFunction::model(), &output);
    EXPECT_EQ(response.status, 201);
    EXPECT_EQ(response.body, R"({"FunctionName":"f"})");
}

TEST(RestJson, ErrorsMayHaveMoreMembers) {
    ServiceError error = too_many_requests_exception("Rate Exceeded.");
    EXPECT_EQ(rest_json_error_body(&service_model(), error), R"({"Type":"User","message":"Rate Exceeded."})");
    error.details["Reason"] = "CallerRateLimitExceeded";
    EXPECT_EQ(rest_json_error_body(&service_model(), error),
              R"({"Type":"User","Reason":"CallerRateLimitExceeded","message":"Rate Exceeded."})");
}

}  // namespace
}  // namespace millrace::aws
