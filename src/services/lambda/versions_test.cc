#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/json.h"
#include "services/lambda/testing/service_fixture.h"

namespace millrace::lambda {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kShow = R"(
import os
def handler(event, context):
    return [MARK, os.environ["AWS_LAMBDA_FUNCTION_VERSION"], context.invoked_function_arn.split(":", 6)[6]]
)";

std::string code_of(std::string_view mark) {
    return fmt::format("MARK = '{}'\n{}", mark, kShow);
}

class VersionsTest : public testing::ServiceTest {
  protected:
    void create(std::string_view mark) {
        create_local("f", "python3.11", "index.handler", {{"index.py", code_of(mark)}});
    }
    void change(std::string_view mark) { write_file("f/index.py", code_of(mark)); }
    std::string publish(const std::string& more = "") {
        return call("PublishVersion", fmt::format(R"({{"FunctionName":"f"{}}})", more)).body;
    }
    std::string alias(const std::string& operation, const std::string& more) {
        return call(operation, fmt::format(R"({{"FunctionName":"f","Name":"live"{}}})", more)).body;
    }
};

TEST_F(VersionsTest, AVersionStaysWhatItWas) {
    create("one");
    EXPECT_THAT(publish(R"(,"Description":"first")"),
                AllOf(HasSubstr(R"("Version":"1")"), HasSubstr(R"("Description":"first")"),
                      HasSubstr("function:f:1\"")));
    change("two");
    EXPECT_EQ(invoke("f", "{}").payload, R"(["two", "$LATEST", "f"])");
    EXPECT_EQ(invoke("f:1", "{}").payload, R"(["one", "1", "f:1"])");
    EXPECT_EQ(invoke("f:$LATEST", "{}").payload, R"(["two", "$LATEST", "f:$LATEST"])");

    restart();
    EXPECT_EQ(invoke("f:1", "{}").payload, R"(["one", "1", "f:1"])");
    EXPECT_THAT(publish(), HasSubstr(R"("Version":"2")"));
    EXPECT_EQ(invoke("f:2", "{}").payload, R"(["two", "2", "f:2"])");
}

TEST_F(VersionsTest, WithoutAChangeThereIsNoNewVersion) {
    create("one");
    const std::string first = publish();
    EXPECT_EQ(publish(R"(,"Description":"another")"), first);
    call("UpdateFunctionConfiguration", R"({"FunctionName":"f","MemorySize":256})");
    EXPECT_THAT(publish(), HasSubstr(R"("Version":"2")"));
    call("UpdateFunctionConfiguration", R"({"FunctionName":"f","Description":"new"})");
    EXPECT_THAT(publish(), HasSubstr(R"("Version":"3")"));
    EXPECT_THAT(publish(), HasSubstr(R"("Version":"3")"));
}

TEST_F(VersionsTest, PreconditionsOfPublishing) {
    create("one");
    EXPECT_THAT(publish(R"(,"CodeSha256":"x")"),
                HasSubstr("CodeSHA256 (x) is different from current CodeSHA256 in $LATEST ("));
    EXPECT_THAT(publish(R"(,"RevisionId":"x")"), HasSubstr("PreconditionFailedException"));
    EXPECT_THAT(publish(), HasSubstr(R"("Version":"1")"));
}

TEST_F(VersionsTest, CreationAndUpdatePublishWhenAsked) {
    write_file("f/index.py", code_of("one"));
    const std::string code = fmt::format(R"({{"S3Bucket":"__local__","S3Key":"{}"}})", path("f"));
    const auto created =
        call("CreateFunction", fmt::format(R"({{"FunctionName":"f","Role":"arn:aws:iam::000000000000:role/r",
        "Runtime":"python3.11","Handler":"index.handler","Publish":true,"Code":{}}})",
                                           code));
    EXPECT_THAT(created.body, AllOf(HasSubstr(R"("Version":"1")"), HasSubstr("function:f\"")))
        << "as recorded on AWS";
    change("two");
    const auto updated =
        call("UpdateFunctionCode",
             fmt::format(R"({{"FunctionName":"f","Publish":true,"S3Bucket":"__local__","S3Key":"{}"}})",
                         path("f")));
    EXPECT_THAT(updated.body, HasSubstr(R"("Version":"2")"));
    EXPECT_EQ(invoke("f:1", "{}").payload, R"(["one", "1", "f:1"])");
    EXPECT_EQ(invoke("f:2", "{}").payload, R"(["two", "2", "f:2"])");
}

TEST_F(VersionsTest, VersionsAreListedOldestFirst) {
    create("one");
    for (int i = 1; i <= 11; ++i) {
        call("UpdateFunctionConfiguration", fmt::format(R"({{"FunctionName":"f","Timeout":{}}})", i));
        publish();
    }
    std::string versions;
    std::string marker;
    do {
        const auto page = codec::parse_json(
            call("ListVersionsByFunction",
                 fmt::format(R"({{"FunctionName":"f","MaxItems":5,"Marker":"{}"}})", marker))
                .body);
        for (const auto& version : page->at("Versions").as_array())
            versions += std::string(version.at("Version").as_string()) + " ";
        const auto* next = page->as_object().if_contains("NextMarker");
        marker = next != nullptr && next->is_string() ? std::string(next->as_string()) : std::string();
    } while (!marker.empty());
    EXPECT_EQ(versions, "$LATEST 1 2 3 4 5 6 7 8 9 10 11 ");
    EXPECT_THAT(call("ListFunctions", R"({"FunctionVersion":"ALL"})").body, HasSubstr("f:11\""));
    EXPECT_THAT(call("ListFunctions", "{}").body, Not(HasSubstr("f:11\"")));
}

TEST_F(VersionsTest, AnAliasIsInvokedAsItself) {
    create("one");
    publish();
    EXPECT_THAT(alias("CreateAlias", R"(,"FunctionVersion":"1","Description":"d")"),
                AllOf(HasSubstr("function:f:live\""), HasSubstr(R"("FunctionVersion":"1")")));
    change("two");
    EXPECT_EQ(invoke("f:live", "{}").payload, R"(["one", "1", "f:live"])");
    EXPECT_THAT(alias("UpdateAlias", R"(,"FunctionVersion":"$LATEST")"), HasSubstr("$LATEST"));
    EXPECT_EQ(invoke("f:live", "{}").payload, R"(["two", "$LATEST", "f:live"])");
    restart();
    EXPECT_THAT(alias("GetAlias", ""), AllOf(HasSubstr("$LATEST"), HasSubstr(R"("Description":"d")")));
    EXPECT_THAT(call("GetFunctionConfiguration", R"({"FunctionName":"f","Qualifier":"live"})").body,
                HasSubstr(R"(function:f:live")"));
    alias("DeleteAlias", "");
    EXPECT_THAT(alias("GetAlias", ""),
                HasSubstr("Cannot find alias arn: arn:aws:lambda:us-east-1:000000000000:function:f:live"));
    EXPECT_EQ(invoke("f:live", "{}").status, 404);
}

TEST_F(VersionsTest, WeightsShareTheInvocations) {
    create("one");
    publish();
    change("two");
    publish();
    alias("CreateAlias", R"(,"FunctionVersion":"1","RoutingConfig":{"AdditionalVersionWeights":{"2":0.5}})");
    int second = 0;
    constexpr int kInvocations = 60;
    for (int i = 0; i < kInvocations; ++i)
        second += invoke("f:live", "{}").payload.starts_with(R"(["two")") ? 1 : 0;
    // Each bound is passed once in ten thousand times.
    EXPECT_GT(second, 15);
    EXPECT_LT(second, 45);
}

TEST_F(VersionsTest, WhatAnAliasMayNotBe) {
    create("one");
    publish();
    const auto refusal = [&](const std::string& more) { return alias("CreateAlias", more); };
    EXPECT_THAT(refusal(R"(,"FunctionVersion":"9")"),
                HasSubstr("Function not found: arn:aws:lambda:us-east-1:000000000000:function:f:9"));
    EXPECT_THAT(refusal(R"(,"FunctionVersion":"1","RoutingConfig":{"AdditionalVersionWeights":{"1":0.5}})"),
                HasSubstr("Function version 1 is already included in routing configuration."));
    EXPECT_THAT(
        refusal(R"(,"FunctionVersion":"$LATEST","RoutingConfig":{"AdditionalVersionWeights":{"1":0.5}})"),
        HasSubstr("$LATEST is not supported for an alias pointing to more than 1 version"));
    EXPECT_THAT(
        refusal(R"(,"FunctionVersion":"1","RoutingConfig":{"AdditionalVersionWeights":{"2":0.5,"3":0.1}})"),
        HasSubstr("Number of items in AdditionalVersionWeights cannot be greater than 1"));
    EXPECT_THAT(call("CreateAlias", R"({"FunctionName":"f","Name":"12","FunctionVersion":"1"})").body,
                HasSubstr("(?!^[0-9]+$)"));
    EXPECT_THAT(refusal(R"(,"FunctionVersion":"1")"), HasSubstr("AliasArn"));
    EXPECT_THAT(refusal(R"(,"FunctionVersion":"1")"), HasSubstr("Alias already exists: arn:"));
    EXPECT_THAT(alias("UpdateAlias", R"(,"RevisionId":"x")"), HasSubstr("PreconditionFailedException"));
}

TEST_F(VersionsTest, DeletingVersionsAndFunctions) {
    create("one");
    publish();
    alias("CreateAlias", R"(,"FunctionVersion":"1")");
    const auto remove = [&](const std::string& qualifier) {
        return call("DeleteFunction", fmt::format(R"({{"FunctionName":"f","Qualifier":"{}"}})", qualifier))
            .body;
    };
    EXPECT_THAT(remove("1"),
                HasSubstr("Unable to delete version because the following aliases reference it: [live]"));
    EXPECT_THAT(remove("$LATEST"),
                HasSubstr("$LATEST version cannot be deleted without deleting the function."));
    EXPECT_THAT(remove("live"), HasSubstr("Deletion of aliases is not currently supported."));
    alias("DeleteAlias", "");
    EXPECT_THAT(remove("1"), HasSubstr("204"));
    EXPECT_EQ(invoke("f:1", "{}").status, 404);
    // Its number is not given again.
    call("UpdateFunctionConfiguration", R"({"FunctionName":"f","Timeout":9})");
    EXPECT_THAT(publish(), HasSubstr(R"("Version":"2")"));

    call("AddPermission",
         R"({"FunctionName":"f","Qualifier":"2","StatementId":"s","Action":"lambda:*","Principal":"*"})");
    EXPECT_EQ(call("DeleteFunction", R"({"FunctionName":"f"})").status, 200);
    restart();
    create("again");
    EXPECT_EQ(invoke("f:2", "{}").status, 404);
    EXPECT_THAT(publish(), HasSubstr(R"("Version":"1")"));
    change("other");
    EXPECT_THAT(publish(), HasSubstr(R"("Version":"2")"));
    EXPECT_THAT(call("GetPolicy", R"({"FunctionName":"f","Qualifier":"2"})").body,
                HasSubstr("ResourceNotFoundException"))
        << "the policy went with the function";
}

TEST_F(VersionsTest, AMappingLeadsToAVersion) {
    const std::string queue = "arn:aws:sqs:us-east-1:000000000000:q";
    queues().add(queue);
    create("one");
    publish();
    const auto mapping = call("CreateEventSourceMapping",
                              fmt::format(R"({{"EventSourceArn":"{}","FunctionName":"f:1"}})", queue));
    EXPECT_THAT(mapping.body, HasSubstr("function:f:1\""));
    queues().send(queue, "x", [](Result<>) {});
    EXPECT_TRUE(run_until([&] { return queues().bodies(queue).empty(); }));
    EXPECT_TRUE(std::ranges::any_of(
        lines(), [](const ports::LogLine& line) { return line.text.ends_with("Version: 1"); }));
    EXPECT_THAT(call("CreateEventSourceMapping",
                     fmt::format(R"({{"EventSourceArn":"{}","FunctionName":"f:8"}})", queue))
                    .body,
                HasSubstr("Function does not exist"));
}

}  // namespace
}  // namespace millrace::lambda
