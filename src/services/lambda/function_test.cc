#include "services/lambda/function.h"

#include <gtest/gtest.h>

#include "services/lambda/asynchronous/async_event.h"

namespace millrace::lambda {
namespace {

TEST(Function, OfAnEarlierBuildIsLatestAndHasNothingNew) {
    const auto function = Function::from_json(
        R"({"account":"000000000000","region":"us-east-1","name":"f","runtime":"python3.12","handler":"i.h","role":"r",
            "description":"d","timeout":3,"memory":128,"ephemeral_storage":512,"environment":{},"tags":{},
            "architectures":["x86_64"],"log_group":"g","code":{"kind":"package","sha256":"00","path":"","code_sha256":"AA==",
            "size":1},"revision_id":"x","last_modified":1})");
    ASSERT_TRUE(function) << function.error().message;
    EXPECT_TRUE(function->is_latest());
    EXPECT_EQ(function->versions_published, 0);
    EXPECT_TRUE(function->layers.empty());
    EXPECT_TRUE(function->dead_letter_arn.empty());
    EXPECT_FALSE(function->published);
}

TEST(Function, IsReadAsItWasWritten) {
    Function function{.scope = {.account = "000000000000", .region = "us-east-1"}, .name = "f"};
    function.layers.push_back({.arn = "arn:l:1", .code = {.sha256 = "00", .code_sha256 = "AA==", .size = 7}});
    function.dead_letter_arn = "arn:q";
    function.version = "7";
    function.versions_published = 9;
    function.description_at_publishing = "then";
    function.published = from_millis(1'700'000'000'123);
    const auto again = Function::from_json(to_json(function));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(to_json(*again), to_json(function));
    EXPECT_EQ(again->layers, function.layers);
    EXPECT_EQ(again->published, function.published);
    EXPECT_EQ(again->qualified_arn(), "arn:aws:lambda:us-east-1:000000000000:function:f:7");
}

TEST(AsyncEvent, OfAnEarlierBuildHasNoQualifier) {
    const auto entry = decode_async_entry(
        "{\"account\":\"000000000000\",\"region\":\"us-east-1\",\"function\":\"f\",\"request_id\":\"r\","
        "\"client_context\":\"\",\"accepted\":1}\n{}");
    ASSERT_TRUE(entry) << entry.error().message;
    const auto& event = std::get<AsyncEvent>(*entry);
    EXPECT_EQ(event.qualifier, "");
    EXPECT_EQ(event.hops, 0);
}

TEST(AsyncFailure, IsReadAsItWasWritten) {
    const AsyncFailure failure{.offset = storage::Offset{7},
                               .failures = 2,
                               .retry_at = from_millis(1'700'000'000'123),
                               .executed_version = "$LATEST",
                               .payload = "{\"errorMessage\":\n\"no\"}"};
    const auto entry = decode_async_entry(encode_entry(failure));
    ASSERT_TRUE(entry) << entry.error().message;
    EXPECT_EQ(std::get<AsyncFailure>(*entry), failure);
}

}  // namespace
}  // namespace millrace::lambda
