#include "services/lambda/resources/lambda_resources.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/json.h"
#include "services/lambda/testing/service_fixture.h"

namespace millrace::lambda {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* kStream = "arn:aws:kinesis:us-east-1:000000000000:stream/s";

class LambdaResourcesTest : public testing::ServiceTest {
  protected:
    static ports::ResourceRequest request(const std::string& type, const std::string& properties) {
        return {.context = aws::testing::test_context(),
                .type = type,
                .logical_id = "L",
                .generated_name = "stack-L-ABC",
                .properties = codec::parse_json(properties)->as_object()};
    }
    using Answer = std::optional<aws::Outcome<ports::Resource>>;
    ports::ResourceDone into(Answer& answer) {
        return [&answer](aws::Outcome<ports::Resource> outcome) { answer = std::move(outcome); };
    }
    aws::Outcome<ports::Resource> create(const std::string& type, const std::string& properties) {
        Answer answer;
        service().resource_provider().create(request(type, properties), into(answer));
        run_until([&] { return answer.has_value(); });
        return *answer;
    }
    aws::Outcome<ports::Resource> update(const std::string& type, const std::string& id,
                                         const std::string& before, const std::string& after) {
        Answer answer;
        service().resource_provider().update(request(type, after), id, codec::parse_json(before)->as_object(),
                                             into(answer));
        run_until([&] { return answer.has_value(); });
        return *answer;
    }
    bool remove(const std::string& type, const std::string& id) {
        std::optional<bool> removed;
        service().resource_provider().remove(
            request(type, "{}"), id, [&](aws::Outcome<void> outcome) { removed = outcome.has_value(); });
        run_until([&] { return removed.has_value(); });
        return removed.value_or(false);
    }
    static std::string function(int answer, const std::string& more = "") {
        return fmt::format(
            R"({{"Role":"arn:aws:iam::000000000000:role/r","Runtime":"python3.11","Handler":"index.handler",
                 "Timeout":"7","Tags":[{{"Key":"a","Value":"b"}}],
                 "Code":{{"ZipFile":"def handler(e, c): return {}\n"}}{}}})",
            answer, more);
    }
};

TEST_F(LambdaResourcesTest, AFunctionFromATemplate) {
    const auto created = create("AWS::Lambda::Function", function(1));
    ASSERT_TRUE(created) << created.error().message;
    EXPECT_EQ(created->physical_id, "stack-L-ABC");
    EXPECT_EQ(created->attributes.at("Arn"), "arn:aws:lambda:us-east-1:000000000000:function:stack-L-ABC");
    EXPECT_EQ(invoke("stack-L-ABC", "{}").payload, "1");
    EXPECT_THAT(call("GetFunction", R"({"FunctionName":"stack-L-ABC"})").body, HasSubstr(R"("Timeout":7)"));

    const auto updated = update("AWS::Lambda::Function", "stack-L-ABC", function(1), function(2));
    ASSERT_TRUE(updated) << updated.error().message;
    EXPECT_EQ(invoke("stack-L-ABC", "{}").payload, "2");

    EXPECT_TRUE(remove("AWS::Lambda::Function", "stack-L-ABC"));
    EXPECT_TRUE(remove("AWS::Lambda::Function", "stack-L-ABC")) << "gone already is removed";
}

TEST_F(LambdaResourcesTest, WhatIsNotObeyedIsRefused) {
    const auto created = create("AWS::Lambda::Function", function(1, R"(,"ReservedConcurrentExecutions":5)"));
    ASSERT_FALSE(created);
    EXPECT_THAT(created.error().message,
                HasSubstr("ReservedConcurrentExecutions is not offered by Millrace yet"));
}

TEST_F(LambdaResourcesTest, AMappingFromATemplate) {
    source().add_shard(kStream, "shardId-000000000000");
    ASSERT_TRUE(create("AWS::Lambda::Function", function(1)));
    const auto mapping = [](const std::string& more) {
        return fmt::format(R"({{"EventSourceArn":"{}","FunctionName":"stack-L-ABC",
                               "StartingPosition":"TRIM_HORIZON"{}}})",
                           kStream, more);
    };
    const std::string before = mapping(R"(,"BatchSize":"10","Enabled":"true")");
    const auto created = create("AWS::Lambda::EventSourceMapping", before);
    ASSERT_TRUE(created) << created.error().message;
    const std::string get = fmt::format(R"({{"UUID":"{}"}})", created->physical_id);
    EXPECT_EQ(created->attributes.at("Id"), created->physical_id);
    EXPECT_THAT(call("GetEventSourceMapping", get).body, HasSubstr(R"("BatchSize":10)"));

    ASSERT_TRUE(update("AWS::Lambda::EventSourceMapping", created->physical_id, before, mapping("")));
    EXPECT_THAT(call("GetEventSourceMapping", get).body, HasSubstr(R"("BatchSize":100)"));
    const std::string tagged = mapping(R"(,"Tags":[{"Key":"a","Value":"b"}],"TumblingWindowInSeconds":"30",
        "KmsKeyArn":"arn:aws:kms:us-east-1:000000000000:key/k")");
    const auto tags = [&] {
        return call("ListTags",
                    fmt::format(R"({{"Resource":"{}"}})", created->attributes.at("EventSourceMappingArn")))
            .body;
    };
    ASSERT_TRUE(update("AWS::Lambda::EventSourceMapping", created->physical_id, mapping(""), tagged));
    EXPECT_EQ(tags(), R"({"Tags":{"a":"b"}})");
    EXPECT_THAT(call("GetEventSourceMapping", get).body, AllOf(HasSubstr(R"("TumblingWindowInSeconds":30)"),
                                                               HasSubstr(R"("KMSKeyArn":"arn:aws:kms)")));
    ASSERT_TRUE(update("AWS::Lambda::EventSourceMapping", created->physical_id, tagged, mapping("")));
    EXPECT_EQ(tags(), R"({"Tags":{}})");
    EXPECT_THAT(call("GetEventSourceMapping", get).body,
                AllOf(HasSubstr(R"("TumblingWindowInSeconds":0)"), ::testing::Not(HasSubstr("KMSKeyArn"))));
    for (const char* more : {R"(,"Topics":["topic"])", R"(,"Queues":["queue"])"}) {
        const auto refused =
            update("AWS::Lambda::EventSourceMapping", created->physical_id, mapping(""), mapping(more));
        ASSERT_FALSE(refused) << more;
        EXPECT_THAT(refused.error().message, HasSubstr("not offered by Millrace yet"));
    }
    EXPECT_TRUE(remove("AWS::Lambda::EventSourceMapping", created->physical_id));
    EXPECT_TRUE(remove("AWS::Lambda::EventSourceMapping", created->physical_id));
}

TEST_F(LambdaResourcesTest, AMappingOfAQueueFromATemplate) {
    const std::string queue = "arn:aws:sqs:us-east-1:000000000000:q";
    queues().add(queue);
    ASSERT_TRUE(create("AWS::Lambda::Function", function(1)));
    const auto mapping = [&](const std::string& more) {
        return fmt::format(R"({{"EventSourceArn":"{}","FunctionName":"stack-L-ABC"{}}})", queue, more);
    };
    const std::string before = mapping(R"(,"BatchSize":"5","ScalingConfig":{"MaximumConcurrency":"3"},
        "FunctionResponseTypes":["ReportBatchItemFailures"],
        "FilterCriteria":{"Filters":[{"Pattern":"{\"body\":[\"x\"]}"}]})");
    const auto created = create("AWS::Lambda::EventSourceMapping", before);
    ASSERT_TRUE(created) << created.error().message;
    const auto get = [&] {
        return call("GetEventSourceMapping", fmt::format(R"({{"UUID":"{}"}})", created->physical_id)).body;
    };
    for (const char* property : {R"("BatchSize":5)", R"("MaximumConcurrency":3)", R"("Pattern":)"}) {
        EXPECT_THAT(get(), HasSubstr(property));
    }
    const auto updated = update("AWS::Lambda::EventSourceMapping", created->physical_id, before, mapping(""));
    ASSERT_TRUE(updated) << updated.error().message;
    EXPECT_THAT(get(), HasSubstr(R"("BatchSize":10)"));
    for (const char* property : {"MaximumConcurrency", "Pattern", "ReportBatchItemFailures"}) {
        EXPECT_THAT(get(), ::testing::Not(HasSubstr(property)));
    }
    EXPECT_TRUE(remove("AWS::Lambda::EventSourceMapping", created->physical_id));
}

}  // namespace
}  // namespace millrace::lambda
