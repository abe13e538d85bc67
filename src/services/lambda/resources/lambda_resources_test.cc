#include "services/lambda/resources/lambda_resources.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

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
                .stack_name = "stack",
                .stack_id = "arn:stack",
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
    /// What a crash since `begun` would leave of a resource whose making was not answered.
    std::string unanswered(const std::string& type, const std::string& properties, WallTime begun = {}) {
        ports::ResourceRequest asked = request(type, properties);
        asked.begun = begun;
        return service().resource_provider().find_unanswered(asked);
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
    EXPECT_EQ(created->attributes.at("SnapStartResponse.OptimizationStatus"), "Off");
    EXPECT_EQ(invoke("stack-L-ABC", "{}").payload, "1");
    EXPECT_THAT(call("GetFunction", R"({"FunctionName":"stack-L-ABC"})").body, HasSubstr(R"("Timeout":7)"));

    const auto updated = update("AWS::Lambda::Function", "stack-L-ABC", function(1), function(2));
    ASSERT_TRUE(updated) << updated.error().message;
    EXPECT_EQ(invoke("stack-L-ABC", "{}").payload, "2");

    EXPECT_TRUE(remove("AWS::Lambda::Function", "stack-L-ABC"));
    EXPECT_TRUE(remove("AWS::Lambda::Function", "stack-L-ABC")) << "gone already is removed";
}

TEST_F(LambdaResourcesTest, VersionsAndAliasesFromATemplate) {
    ASSERT_TRUE(create("AWS::Lambda::Function", function(1)));
    const std::string version = R"({"FunctionName":"stack-L-ABC","Description":"v",
        "ProvisionedConcurrencyConfig":{"ProvisionedConcurrentExecutions":"1"}})";
    const auto published = create("AWS::Lambda::Version", version);
    ASSERT_TRUE(published) << published.error().message;
    EXPECT_EQ(published->physical_id, "arn:aws:lambda:us-east-1:000000000000:function:stack-L-ABC:1");
    EXPECT_EQ(published->attributes.at("Version"), "1");
    EXPECT_THAT(call("ListProvisionedConcurrencyConfigs", R"({"FunctionName":"stack-L-ABC"})").body,
                HasSubstr(":1\""));
    EXPECT_THAT(create("AWS::Lambda::Version", version).error().message,
                HasSubstr("A version for this Lambda function exists ( 1 )."));
    ASSERT_TRUE(
        update("AWS::Lambda::Version", published->physical_id, version, R"({"FunctionName":"stack-L-ABC"})"));
    EXPECT_THAT(call("ListProvisionedConcurrencyConfigs", R"({"FunctionName":"stack-L-ABC"})").body,
                ::testing::Not(HasSubstr(":1\"")));

    ASSERT_TRUE(update("AWS::Lambda::Function", "stack-L-ABC", function(1), function(2)));
    ASSERT_TRUE(create("AWS::Lambda::Version", R"({"FunctionName":"stack-L-ABC"})"));
    const std::string before =
        R"({"FunctionName":"stack-L-ABC","Name":"live","FunctionVersion":"1","RoutingConfig":
        {"AdditionalVersionWeights":[{"FunctionVersion":"2","FunctionWeight":"0.25"}]}})";
    const auto alias = create("AWS::Lambda::Alias", before);
    ASSERT_TRUE(alias) << alias.error().message;
    EXPECT_EQ(alias->physical_id, "arn:aws:lambda:us-east-1:000000000000:function:stack-L-ABC:live");
    const std::string get = R"({"FunctionName":"stack-L-ABC","Name":"live"})";
    EXPECT_THAT(call("GetAlias", get).body, HasSubstr(R"({"2":0.25})"));
    ASSERT_TRUE(update("AWS::Lambda::Alias", alias->physical_id, before,
                       R"({"FunctionName":"stack-L-ABC","Name":"live","FunctionVersion":"2"})"));
    EXPECT_THAT(call("GetAlias", get).body, ::testing::Not(HasSubstr("0.25")));
    EXPECT_EQ(invoke("stack-L-ABC:live", "{}").payload, "2");
    EXPECT_TRUE(remove("AWS::Lambda::Alias", alias->physical_id));
    EXPECT_TRUE(remove("AWS::Lambda::Version", published->physical_id));
    EXPECT_TRUE(remove("AWS::Lambda::Version", published->physical_id)) << "gone already is removed";
    EXPECT_EQ(invoke("stack-L-ABC:1", "{}").status, 404);
}

TEST_F(LambdaResourcesTest, WhatWasMadeIsFoundWhenItsAnswerWasLost) {
    ASSERT_TRUE(create("AWS::Lambda::Function", function(1)));
    write_file("layer/python/shared.py", "NAME = 1");
    const std::string layer = fmt::format(
        R"({{"LayerName":"shared","Content":{{"S3Bucket":"__local__","S3Key":"{}"}}}})", path("layer"));
    const std::pair<std::string, std::string> made[] = {
        {"AWS::Lambda::Version", R"({"FunctionName":"stack-L-ABC"})"},
        {"AWS::Lambda::Url", R"({"TargetFunctionArn":"stack-L-ABC","AuthType":"NONE"})"},
        {"AWS::Lambda::EventInvokeConfig", R"({"FunctionName":"stack-L-ABC","Qualifier":"$LATEST"})"},
        {"AWS::Lambda::LayerVersion", layer}};
    for (const auto& [type, properties] : made) {
        EXPECT_EQ(unanswered(type, properties), "") << type;
        const auto resource = create(type, properties);
        ASSERT_TRUE(resource) << resource.error().message;
        EXPECT_EQ(unanswered(type, properties), resource->physical_id);
        const WallTime later =
            std::chrono::floor<Milliseconds>(std::chrono::system_clock::now()) + Seconds{60};
        EXPECT_EQ(unanswered(type, properties, later), "") << type << " was there before";
        EXPECT_TRUE(remove(type, resource->physical_id));
        EXPECT_EQ(unanswered(type, properties), "") << type;
    }
}

TEST_F(LambdaResourcesTest, AVersionIsAsNewAsItsPublishing) {
    const std::string type = "AWS::Lambda::Version";
    const std::string properties = R"({"FunctionName":"stack-L-ABC"})";
    /// When an operation begins: later than all that was done.
    const auto begin = [] {
        std::this_thread::sleep_for(Milliseconds{2});
        return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
    };
    ASSERT_TRUE(create("AWS::Lambda::Function", function(1)));
    const WallTime begun = begin();
    EXPECT_EQ(unanswered(type, properties, begun), "");
    const auto published = create(type, properties);
    ASSERT_TRUE(published) << published.error().message;
    EXPECT_EQ(unanswered(type, properties, begun), published->physical_id)
        << "of a function that was made before";
    restart();
    EXPECT_EQ(unanswered(type, properties, begun), published->physical_id);

    const WallTime later = begin();
    EXPECT_FALSE(create(type, properties)) << "it would be the same";
    EXPECT_EQ(unanswered(type, properties, later), "") << "it was there before";
}

TEST_F(LambdaResourcesTest, WhatFunctionsHaveBesidesFromATemplate) {
    const std::string before = function(1, R"(,"ReservedConcurrentExecutions":"5","RecursiveLoop":"Allow",
        "RuntimeManagementConfig":{"UpdateRuntimeOn":"FunctionUpdate"})");
    ASSERT_TRUE(create("AWS::Lambda::Function", before));
    const auto ask = [&](const char* operation) {
        return call(operation, R"({"FunctionName":"stack-L-ABC"})").body;
    };
    EXPECT_THAT(ask("GetFunctionConcurrency"), HasSubstr("5"));
    EXPECT_THAT(ask("GetFunctionRecursionConfig"), HasSubstr("Allow"));
    EXPECT_THAT(ask("GetRuntimeManagementConfig"), HasSubstr("FunctionUpdate"));
    EXPECT_FALSE(create("AWS::Lambda::Function", function(1, R"(,"ReservedConcurrentExecutions":901)")));

    const auto permission = create(
        "AWS::Lambda::Permission",
        R"({"FunctionName":"stack-L-ABC","Action":"lambda:InvokeFunction","Principal":"sns.amazonaws.com"})");
    ASSERT_TRUE(permission) << permission.error().message;
    EXPECT_THAT(ask("GetPolicy"), HasSubstr("stack-L-ABC"));
    EXPECT_TRUE(remove("AWS::Lambda::Permission", permission->physical_id));
    EXPECT_THAT(ask("GetPolicy"), HasSubstr("ResourceNotFoundException"));

    const auto config =
        create("AWS::Lambda::EventInvokeConfig",
               R"({"FunctionName":"stack-L-ABC","Qualifier":"$LATEST","MaximumRetryAttempts":"1"})");
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_THAT(ask("GetFunctionEventInvokeConfig"), HasSubstr(R"("MaximumRetryAttempts":1)"));
    EXPECT_TRUE(remove("AWS::Lambda::EventInvokeConfig", config->physical_id));
    EXPECT_TRUE(remove("AWS::Lambda::EventInvokeConfig", config->physical_id));

    ASSERT_TRUE(update("AWS::Lambda::Function", "stack-L-ABC", before, function(2)));
    EXPECT_THAT(ask("GetFunctionConcurrency"), ::testing::Not(HasSubstr("5")));
    EXPECT_THAT(ask("GetFunctionRecursionConfig"), HasSubstr("Terminate"));
}

TEST_F(LambdaResourcesTest, LayersFromATemplate) {
    write_file("layer/python/shared.py", "NAME = 1");
    const auto layer =
        create("AWS::Lambda::LayerVersion",
               fmt::format(R"({{"Content":{{"S3Bucket":"__local__","S3Key":"{}"}}}})", path("layer")));
    ASSERT_TRUE(layer) << layer.error().message;
    EXPECT_EQ(layer->physical_id, "arn:aws:lambda:us-east-1:000000000000:layer:stack-L-ABC:1");
    const auto permission =
        create("AWS::Lambda::LayerVersionPermission",
               fmt::format(R"({{"LayerVersionArn":"{}","Action":"lambda:GetLayerVersion","Principal":"*"}})",
                           layer->physical_id));
    ASSERT_TRUE(permission) << permission.error().message;
    const std::string get = R"({"LayerName":"stack-L-ABC","VersionNumber":1})";
    EXPECT_THAT(call("GetLayerVersionPolicy", get).body, HasSubstr("GetLayerVersion"));
    EXPECT_TRUE(remove("AWS::Lambda::LayerVersionPermission", permission->physical_id));
    EXPECT_TRUE(remove("AWS::Lambda::LayerVersion", layer->physical_id));
    EXPECT_THAT(call("GetLayerVersion", get).body, HasSubstr("ResourceNotFoundException"));
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
    const std::string of_stack = R"("aws:cloudformation:logical-id":"L",)"
                                 R"("aws:cloudformation:stack-id":"arn:stack",)"
                                 R"("aws:cloudformation:stack-name":"stack")";
    EXPECT_EQ(tags(), R"({"Tags":{"a":"b",)" + of_stack + "}}");
    EXPECT_THAT(call("GetEventSourceMapping", get).body, AllOf(HasSubstr(R"("TumblingWindowInSeconds":30)"),
                                                               HasSubstr(R"("KMSKeyArn":"arn:aws:kms)")));
    ASSERT_TRUE(update("AWS::Lambda::EventSourceMapping", created->physical_id, tagged, mapping("")));
    EXPECT_EQ(tags(), R"({"Tags":{)" + of_stack + "}}");
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

TEST_F(LambdaResourcesTest, UrlsAreMadeChangedAndRemoved) {
    create("AWS::Lambda::Function", function(1, R"(,"FunctionName":"f")"));
    const std::string properties = R"({"TargetFunctionArn":"f","AuthType":"NONE"})";
    const auto made = create("AWS::Lambda::Url", properties);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->physical_id, "arn:aws:lambda:us-east-1:000000000000:function:f");
    EXPECT_EQ(made->attributes.at("FunctionArn"), made->physical_id);
    EXPECT_THAT(made->attributes.at("FunctionUrl"), HasSubstr(".lambda-url.us-east-1.localhost"));
    EXPECT_FALSE(create("AWS::Lambda::Url", properties)) << "there is one";
    const auto changed = update(
        "AWS::Lambda::Url", made->physical_id, properties,
        R"({"TargetFunctionArn":"f","AuthType":"AWS_IAM","Cors":{"MaxAge":"7"},"InvokeMode":"RESPONSE_STREAM"})");
    ASSERT_TRUE(changed) << changed.error().message;
    EXPECT_EQ(changed->attributes, made->attributes);
    EXPECT_THAT(call("GetFunctionUrlConfig", R"({"FunctionName":"f"})").body,
                AllOf(HasSubstr(R"("AuthType":"AWS_IAM")"), HasSubstr(R"("MaxAge":7)"),
                      HasSubstr("RESPONSE_STREAM")));
    ASSERT_TRUE(update("AWS::Lambda::Url", made->physical_id, properties, properties));
    EXPECT_THAT(call("GetFunctionUrlConfig", R"({"FunctionName":"f"})").body,
                AllOf(::testing::Not(HasSubstr("Cors")), HasSubstr("BUFFERED")));
    EXPECT_TRUE(remove("AWS::Lambda::Url", made->physical_id));
    EXPECT_TRUE(remove("AWS::Lambda::Url", made->physical_id));
    EXPECT_TRUE(remove("AWS::Lambda::Url", "stack-L-ABC"));
}

}  // namespace
}  // namespace millrace::lambda
