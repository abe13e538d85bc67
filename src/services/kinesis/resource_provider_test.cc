#include "services/kinesis/resource_provider.h"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include "ports/system_tags.h"
#include "services/kinesis/limits.h"
#include "services/kinesis/service_fixture.h"

namespace millrace::kinesis {
namespace {

class KinesisResourcesTest : public ServiceFixture {
  protected:
    ports::ResourceRequest request(const std::string& properties) {
        return {.context = context_,
                .type = type_,
                .logical_id = "Stream",
                .stack_name = "stack",
                .stack_id = "arn:stack",
                .generated_name = "stack-Stream-ABCDEF123456",
                .properties = boost::json::parse(properties).as_object()};
    }
    aws::Outcome<ports::Resource> create(const std::string& properties) {
        aws::Outcome<ports::Resource> made;
        service_->resource_provider().create(
            request(properties), [&](aws::Outcome<ports::Resource> outcome) { made = std::move(outcome); });
        executor_.run_ready();
        return made;
    }
    aws::Outcome<ports::Resource> update(const std::string& name, const std::string& properties,
                                         const std::string& previous = "{}") {
        aws::Outcome<ports::Resource> made;
        service_->resource_provider().update(
            request(properties), name, boost::json::parse(previous).as_object(),
            [&](aws::Outcome<ports::Resource> outcome) { made = std::move(outcome); });
        executor_.run_ready();
        return made;
    }
    bool remove(const std::string& name, const std::string& properties = "{}") {
        bool removed = false;
        service_->resource_provider().remove(
            request(properties), name, [&](aws::Outcome<void> outcome) { removed = outcome.has_value(); });
        executor_.run_ready();
        return removed;
    }

    /// Of the resource, as lists of tags show them.
    static constexpr const char* kStackTags = R"({"Key":"aws:cloudformation:logical-id","Value":"Stream"},)"
                                              R"({"Key":"aws:cloudformation:stack-id","Value":"arn:stack"},)"
                                              R"({"Key":"aws:cloudformation:stack-name","Value":"stack"})";
    std::string type_ = "AWS::Kinesis::Stream";
};

TEST_F(KinesisResourcesTest, CreatesWithEverything) {
    const auto made =
        create(R"({"Name":"s","ShardCount":"3","RetentionPeriodHours":48,"MaxRecordSizeInKiB":2048,
        "StreamEncryption":{"EncryptionType":"KMS","KeyId":"alias/aws/kinesis"},"Tags":[{"Key":"a","Value":"b"}]})");
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->physical_id, "s");
    EXPECT_EQ(made->attributes.at("Arn"), "arn:aws:kinesis:us-east-1:000000000000:stream/s");
    const auto summary =
        ok("DescribeStreamSummary", R"({"StreamName":"s"})").at("StreamDescriptionSummary").as_object();
    EXPECT_EQ(text_of(summary, "StreamStatus"), "ACTIVE");
    EXPECT_EQ(summary.at("OpenShardCount").as_int64(), 3);
    EXPECT_EQ(summary.at("RetentionPeriodHours").as_int64(), 48);
    EXPECT_EQ(text_of(summary, "EncryptionType"), "KMS");
    EXPECT_EQ(text_of(summary, "KeyId"), "alias/aws/kinesis");
}

TEST_F(KinesisResourcesTest, NamesAStreamWithoutAName) {
    EXPECT_EQ(create("{}")->physical_id, "stack-Stream-ABCDEF123456");
    EXPECT_EQ(
        ok("ListShards", R"({"StreamName":"stack-Stream-ABCDEF123456"})").at("Shards").as_array().size(), 1U);
}

TEST_F(KinesisResourcesTest, OnDemand) {
    ASSERT_TRUE(create(R"({"Name":"s","StreamModeDetails":{"StreamMode":"ON_DEMAND"}})"));
    EXPECT_EQ(ok("ListShards", R"({"StreamName":"s"})").at("Shards").as_array().size(), 4U);
}

TEST_F(KinesisResourcesTest, RefusesWhatIsWrongNamingTheProperty) {
    for (const auto& [properties, property] : std::vector<std::pair<std::string, std::string>>{
             {R"({"Name":"a b"})", "Name"},
             {R"({"Name":7})", "Name"},
             {R"({"ShardCount":0})", "ShardCount"},
             {R"({"ShardCount":"many"})", "ShardCount"},
             {R"({"ShardCount":1,"StreamModeDetails":{"StreamMode":"ON_DEMAND"}})", "ShardCount"},
             {R"({"RetentionPeriodHours":23})", "RetentionPeriodHours"},
             {R"({"RetentionPeriodHours":8761})", "RetentionPeriodHours"},
             {R"({"MaxRecordSizeInKiB":10241})", "MaxRecordSizeInKiB"},
             {R"({"StreamModeDetails":"ON_DEMAND"})", "StreamMode"},
             {R"({"StreamEncryption":{"EncryptionType":"KMS"}})", "KeyId"},
             {R"({"StreamEncryption":[]})", "EncryptionType"},
             {R"({"Tags":{"a":"b"}})", "Tags"},
             {R"({"Tags":[{"Key":"a"}]})", "Tags"},
             {R"({"RecordDistributionStrategy":"AUTO"})", "RecordDistributionStrategy"},
             {R"({"RecordDistributionStrategy":"EVENLY"})", "RecordDistributionStrategy"},
             {R"({"DesiredShardLevelMetrics":["Some"]})", "DesiredShardLevelMetrics"},
             {R"({"WarmThroughputMiBps":1})", "WarmThroughputMiBps"},
             {R"({"WarmThroughputMiBps":-1})", "WarmThroughputMiBps"},
             {R"({"WarmThroughputMiBps":10241})", "WarmThroughputMiBps"}}) {
        const auto made = create(properties);
        ASSERT_FALSE(made) << properties;
        EXPECT_TRUE(made.error().message.contains(property)) << made.error().message;
    }
    EXPECT_EQ(ok("ListStreams", "{}").at("StreamNames").as_array().size(), 0U);
}

TEST_F(KinesisResourcesTest, UpdatesInPlace) {
    ASSERT_TRUE(create(R"({"Name":"s","Tags":[{"Key":"a","Value":"b"}]})"));
    put("s", "k", "data");
    const auto updated = update(
        "s",
        R"({"Name":"s","RetentionPeriodHours":30,"MaxRecordSizeInKiB":1025,"Tags":[{"Key":"c","Value":"d"}]})");
    ASSERT_TRUE(updated) << updated.error().message;
    EXPECT_EQ(updated->physical_id, "s");
    EXPECT_EQ(codec::to_json(ok("ListTagsForStream", R"({"StreamName":"s"})").at("Tags")),
              fmt::format(R"([{},{}])", kStackTags, R"({"Key":"c","Value":"d"})"));
    EXPECT_EQ(read(iterator("s", "TRIM_HORIZON")), std::vector<std::string>{"data"});
}

TEST_F(KinesisResourcesTest, TagsOfTheStackDoNotCountAndAreNobodyElses) {
    ASSERT_TRUE(create(R"({"Name":"s"})"));
    std::string fifty;
    for (std::size_t i = 0; i < kTagsPerResourceMax; ++i)
        fifty += fmt::format(R"({}"k{}":"v")", i == 0 ? "" : ",", i);
    const auto tag = [&](const std::string& tags) {
        return call("AddTagsToStream", fmt::format(R"({{"StreamName":"s","Tags":{{{}}}}})", tags)).status;
    };
    EXPECT_EQ(tag(fifty), 200) << "at the limit";
    EXPECT_EQ(tag(R"("one":"more")"), 400);
    EXPECT_EQ(tag(R"("aws:cloudformation:stack-name":"mine")"), 400);
    EXPECT_EQ(
        call("RemoveTagsFromStream", R"({"StreamName":"s","TagKeys":["k0","aws:cloudformation:stack-name"]})")
            .status,
        400);
    EXPECT_EQ(tag(R"("k0":"again")"), 200);

    const auto refused = create(R"({"Name":"t","Tags":[{"Key":"aws:x","Value":"y"}]})");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, ports::kSystemTagRefused);
}

TEST_F(KinesisResourcesTest, ScalesInPlace) {
    const std::string two = R"({"Name":"s","ShardCount":2})";
    ASSERT_TRUE(create(two));
    const auto open_shards = [&] {
        return ok("DescribeStreamSummary", R"({"StreamName":"s"})")
            .at("StreamDescriptionSummary")
            .as_object()
            .at("OpenShardCount")
            .as_int64();
    };
    const auto scaled = update("s", R"({"Name":"s","ShardCount":"4","RetentionPeriodHours":48})", two);
    ASSERT_TRUE(scaled) << scaled.error().message;
    EXPECT_EQ(scaled->physical_id, "s");
    EXPECT_EQ(open_shards(), 4);
    const auto too_far = update("s", R"({"Name":"s","ShardCount":9})", R"({"Name":"s","ShardCount":4})");
    ASSERT_FALSE(too_far);
    EXPECT_TRUE(too_far.error().message.contains("cannot scale up over double")) << too_far.error().message;
    EXPECT_TRUE(update("s", R"({"Name":"s","ShardCount":4})", R"({"Name":"s","ShardCount":9})"))
        << "rollback";
    ok("UpdateShardCount", R"({"StreamName":"s","TargetShardCount":8,"ScalingType":"UNIFORM_SCALING"})");
    ASSERT_TRUE(update("s", R"({"Name":"s","ShardCount":4,"RetentionPeriodHours":30})",
                       R"({"Name":"s","ShardCount":4})"));
    EXPECT_EQ(open_shards(), 8) << "the template says what it said before";
    ASSERT_TRUE(update("s", R"({"Name":"s"})", R"({"Name":"s","ShardCount":4})"));
    EXPECT_EQ(open_shards(), 8) << "the template says nothing of it any more";
}

TEST_F(KinesisResourcesTest, ScalesAsOftenAsUpdateShardCount) {
    const auto shards = [](std::size_t count) {
        return fmt::format(R"({{"Name":"s","ShardCount":{}}})", count);
    };
    ASSERT_TRUE(create(shards(1)));
    std::size_t count = 1;
    for (std::size_t i = 0; i < kScalingsPerDayMax; ++i, count = 3 - count) {
        ASSERT_TRUE(update("s", shards(3 - count), shards(count))) << i;
    }
    EXPECT_EQ(update("s", shards(3 - count), shards(count)).error().code, "LimitExceededException");
}

TEST_F(KinesisResourcesTest, LeavesThePolicyOfTheStream) {
    ASSERT_TRUE(create(R"({"Name":"s"})"));
    const std::string arn = R"({"ResourceARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s")";
    ok("PutResourcePolicy",
       arn + R"(,"Policy":"{\"Statement\":{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"*\"}}"})");
    ASSERT_TRUE(update("s", R"({"Name":"s","RetentionPeriodHours":30})"));
    EXPECT_NE(text_of(ok("GetResourcePolicy", arn + "}"), "Policy"), "{}");
}

TEST_F(KinesisResourcesTest, SwitchesTheModeInPlace) {
    const std::string provisioned = R"({"Name":"s","ShardCount":2})";
    const std::string on_demand = R"({"Name":"s","StreamModeDetails":{"StreamMode":"ON_DEMAND"}})";
    ASSERT_TRUE(create(provisioned));
    ASSERT_TRUE(update("s", on_demand, provisioned));
    const auto summary = [&] {
        return ok("DescribeStreamSummary", R"({"StreamName":"s"})")
            .at("StreamDescriptionSummary")
            .as_object();
    };
    EXPECT_EQ(codec::to_json(summary().at("StreamModeDetails")), R"({"StreamMode":"ON_DEMAND"})");
    EXPECT_EQ(summary().at("OpenShardCount").as_int64(), 2);
    ASSERT_TRUE(update("s", R"({"Name":"s","ShardCount":3})", on_demand));
    EXPECT_EQ(codec::to_json(summary().at("StreamModeDetails")), R"({"StreamMode":"PROVISIONED"})");
    EXPECT_EQ(summary().at("OpenShardCount").as_int64(), 3);
    const auto third = update("s", on_demand, R"({"Name":"s","ShardCount":3})");
    ASSERT_FALSE(third);
    EXPECT_EQ(third.error().code, "LimitExceededException");
}

TEST_F(KinesisResourcesTest, ObeysDistributionAndWarmThroughput) {
    const auto properties = [](const std::string& more) {
        return R"({"Name":"s","StreamModeDetails":{"StreamMode":"ON_DEMAND"})" + more + "}";
    };
    const auto summary = [&] {
        return ok("DescribeStreamSummary", R"({"StreamName":"s"})")
            .at("StreamDescriptionSummary")
            .as_object();
    };
    const std::string warm = properties(R"(,"RecordDistributionStrategy":"AUTO","WarmThroughputMiBps":"6")");
    EXPECT_FALSE(create(warm)) << "without a commitment";
    ok("UpdateAccountSettings", R"({"MinimumThroughputBillingCommitment":{"Status":"ENABLED"}})");
    ASSERT_TRUE(create(warm));
    EXPECT_EQ(summary().at("RecordDistributionStrategy"), "AUTO");
    EXPECT_EQ(summary().at("OpenShardCount"), 6);
    ok("UpdateStreamWarmThroughput", R"({"StreamName":"s","WarmThroughputMiBps":8})");
    ASSERT_TRUE(update("s", properties(R"(,"WarmThroughputMiBps":5)"), warm));
    EXPECT_EQ(summary().at("RecordDistributionStrategy"), "USER_PARTITION_KEY");
    EXPECT_EQ(codec::to_json(summary().at("WarmThroughput")), R"({"TargetMiBps":5,"CurrentMiBps":5})");
    ASSERT_TRUE(update("s", properties(""), warm));
    EXPECT_EQ(codec::to_json(summary().at("WarmThroughput")), R"({"CurrentMiBps":5})");
}

TEST_F(KinesisResourcesTest, RegistersConsumers) {
    create_stream("s");
    type_ = "AWS::Kinesis::StreamConsumer";
    const std::string stream = R"("StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s")";
    const auto made = create("{" + stream + R"(,"ConsumerName":"c","Tags":[{"Key":"a","Value":"b"}]})");
    ASSERT_TRUE(made) << made.error().message;
    const std::string arn = "arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:1700000000";
    EXPECT_EQ(made->physical_id, arn);
    EXPECT_EQ(made->attributes, (std::map<std::string, std::string>{
                                    {"ConsumerARN", arn},
                                    {"ConsumerCreationTimestamp", "1700000000"},
                                    {"ConsumerName", "c"},
                                    {"ConsumerStatus", "ACTIVE"},
                                    {"StreamARN", "arn:aws:kinesis:us-east-1:000000000000:stream/s"}}));
    const auto updated =
        update(arn, "{" + stream + R"(,"ConsumerName":"c","Tags":[{"Key":"x","Value":"y"}]})");
    ASSERT_TRUE(updated) << updated.error().message;
    EXPECT_EQ(updated->physical_id, arn);
    EXPECT_EQ(call("ListTagsForResource", R"({"ResourceARN":")" + arn + R"("})").body,
              R"({"Tags":[{"Key":"x","Value":"y"}]})")
        << "AWS gives them none of the stack's";
    EXPECT_FALSE(create("{" + stream + R"(,"ConsumerName":"c"})")) << "there is one";
    EXPECT_FALSE(create("{" + stream + R"(,"ConsumerName":"c d"})"));
    EXPECT_FALSE(create("{" + stream + "}"));
    EXPECT_FALSE(create(R"({"ConsumerName":"d"})"));
    EXPECT_TRUE(remove(arn));
    EXPECT_TRUE(remove(arn)) << "the absent";
    EXPECT_EQ(ok("ListStreamConsumers", "{" + stream + "}").at("Consumers").as_array().size(), 0U);
}

TEST_F(KinesisResourcesTest, FindsAConsumerWhoseMakingWasNotAnswered) {
    create_stream("s");
    type_ = "AWS::Kinesis::StreamConsumer";
    const std::string properties =
        R"({"StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s","ConsumerName":"c"})";
    const auto unanswered = [&](WallTime begun) {
        auto asked = request(properties);
        asked.begun = begun;
        return service_->resource_provider().find_unanswered(asked);
    };
    const WallTime begun = clock_.now();
    EXPECT_EQ(unanswered(begun), "");
    const auto made = create(properties);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(unanswered(begun), made->physical_id);
    EXPECT_EQ(unanswered(begun + Seconds{1}), "") << "it was there before";
    EXPECT_TRUE(remove(made->physical_id, properties));
    EXPECT_EQ(unanswered(begun), "");
}

TEST_F(KinesisResourcesTest, PutsResourcePolicies) {
    create_stream("s");
    type_ = "AWS::Kinesis::ResourcePolicy";
    const std::string arn = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
    const auto properties = [&](const std::string& effect) {
        return R"({"ResourceArn":")" + arn + R"(","ResourcePolicy":{"Statement":{"Effect":")" + effect +
               R"(","Principal":"*","Action":"*"}}})";
    };
    const auto policy = [&] {
        return text_of(ok("GetResourcePolicy", R"({"ResourceARN":")" + arn + R"("})"), "Policy");
    };
    const auto made = create(properties("Allow"));
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->physical_id, arn);
    EXPECT_EQ(policy(), R"({"Statement":{"Effect":"Allow","Principal":"*","Action":"*"}})");
    ASSERT_TRUE(update(arn, properties("Deny")));
    EXPECT_EQ(policy(), R"({"Statement":{"Effect":"Deny","Principal":"*","Action":"*"}})");
    EXPECT_FALSE(create(properties("Perhaps")));
    EXPECT_FALSE(create(R"({"ResourceArn":")" + arn + R"("})"));
    EXPECT_TRUE(remove(arn, properties("Deny")));
    EXPECT_EQ(policy(), "{}");
    EXPECT_TRUE(remove(arn, properties("Deny"))) << "the absent";
}

TEST_F(KinesisResourcesTest, RemovesAndDoesNotMindTheAbsent) {
    ASSERT_TRUE(create(R"({"Name":"s"})"));
    EXPECT_FALSE(create(R"({"Name":"s"})")) << "the name is taken";
    EXPECT_TRUE(remove("s"));
    EXPECT_TRUE(remove("s"));
}

TEST_F(KinesisResourcesTest, DescribesItsTypes) {
    const auto types = service_->resource_provider().resource_types();
    ASSERT_EQ(types.size(), 3U);
    EXPECT_EQ(types[0].type, "AWS::Kinesis::Stream");
    EXPECT_EQ(types[0].properties[0].name, "Name");
    EXPECT_EQ(types[0].properties[0].update, ports::PropertyModel::Update::kReplacement);
}

}  // namespace
}  // namespace millrace::kinesis
