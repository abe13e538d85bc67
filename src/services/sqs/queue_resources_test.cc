#include "services/sqs/queue_resources.h"

#include "services/sqs/service_fixture.h"

namespace millrace::sqs {
namespace {

using testing::HasSubstr;

class QueueResourcesTest : public ServiceFixture {
  protected:
    ports::ResourceRequest request(const std::string& type, boost::json::object properties) {
        return {.context = context_,
                .type = type,
                .logical_id = "Q",
                .stack_name = "stack",
                .stack_id = "id",
                .generated_name = "stack-Q-ABCDEFGHIJKL",
                .properties = std::move(properties)};
    }
    aws::Outcome<ports::Resource> create_resource(boost::json::object properties,
                                                  const std::string& type = kQueue) {
        return wait([&](ports::ResourceDone done) {
            service_->resource_provider().create(request(type, std::move(properties)), std::move(done));
        });
    }
    aws::Outcome<ports::Resource> update_resource(const std::string& id, boost::json::object properties,
                                                  boost::json::object previous = {},
                                                  const std::string& type = kQueue) {
        return wait([&](ports::ResourceDone done) {
            service_->resource_provider().update(request(type, std::move(properties)), id,
                                                 std::move(previous), std::move(done));
        });
    }
    bool remove_resource(const std::string& id, boost::json::object properties = {},
                         const std::string& type = kQueue) {
        bool removed = false;
        service_->resource_provider().remove(
            request(type, std::move(properties)), id,
            [&](aws::Outcome<void> outcome) { removed = outcome.has_value(); });
        executor_.run_ready();
        return removed;
    }

    static constexpr const char* kQueue = "AWS::SQS::Queue";
    static constexpr const char* kPolicy = "AWS::SQS::QueuePolicy";

  private:
    template <class Start>
    aws::Outcome<ports::Resource> wait(Start start) {
        std::optional<aws::Outcome<ports::Resource>> answer;
        start([&](aws::Outcome<ports::Resource> outcome) { answer = std::move(outcome); });
        executor_.run_ready();
        EXPECT_TRUE(answer);
        return answer ? std::move(*answer)
                      : std::unexpected(aws::ServiceError{.code = "NotAnswered", .message = ""});
    }
};

TEST_F(QueueResourcesTest, AQueueWithPropertiesOfEveryKind) {
    const auto queue = create_resource({{"QueueName", "orders"},
                                        {"VisibilityTimeout", 60},
                                        {"DelaySeconds", "5"},
                                        {"SqsManagedSseEnabled", false},
                                        {"FifoQueue", false},
                                        {"Tags", boost::json::array{{{"Key", "team"}, {"Value", "mill"}}}}});
    ASSERT_TRUE(queue) << queue.error().message;
    EXPECT_EQ(queue->physical_id, url_);
    EXPECT_EQ(queue->attributes.at("Arn"), "arn:aws:sqs:us-east-1:000000000000:orders");
    EXPECT_EQ(queue->attributes.at("QueueName"), "orders");
    EXPECT_EQ(queue->attributes.at("QueueUrl"), url_);
    EXPECT_EQ(attribute("VisibilityTimeout"), "60");
    EXPECT_EQ(attribute("DelaySeconds"), "5");
    EXPECT_EQ(attribute("SqsManagedSseEnabled"), "false");
}

TEST_F(QueueResourcesTest, AGeneratedNameAndAnObjectForAPolicy) {
    create("dead");
    const auto queue = create_resource(
        {{"RedrivePolicy",
          {{"deadLetterTargetArn", "arn:aws:sqs:us-east-1:000000000000:dead"}, {"maxReceiveCount", 3}}}});
    ASSERT_TRUE(queue) << queue.error().message;
    EXPECT_EQ(queue->attributes.at("QueueName"), "stack-Q-ABCDEFGHIJKL");
    url_ = queue->physical_id;
    EXPECT_THAT(attribute("RedrivePolicy"), HasSubstr("\"maxReceiveCount\":3"));
}

TEST_F(QueueResourcesTest, AFifoQueueIsNamedAndKeptSo) {
    const auto queue = create_resource({{"FifoQueue", true},
                                        {"ContentBasedDeduplication", true},
                                        {"DeduplicationScope", "messageGroup"},
                                        {"FifoThroughputLimit", "perMessageGroupId"}});
    ASSERT_TRUE(queue) << queue.error().message;
    EXPECT_EQ(queue->attributes.at("QueueName"), "stack-Q-ABCDEFGHIJKL.fifo");
    url_ = queue->physical_id;
    EXPECT_EQ(attribute("FifoThroughputLimit"), "perMessageGroupId");
    ASSERT_TRUE(update_resource(queue->physical_id, {{"FifoQueue", true}, {"DelaySeconds", 6}}));
    EXPECT_EQ(attribute("DelaySeconds"), "6");
    EXPECT_EQ(attribute("ContentBasedDeduplication"), "false");
    EXPECT_EQ(create_resource({{"QueueName", "orders"}, {"FifoQueue", true}}).error().code,
              "InvalidParameterValueException");
}

TEST_F(QueueResourcesTest, Refusals) {
    create("orders");
    EXPECT_EQ(create_resource({{"QueueName", "orders"}}).error().code, "QueueNameExists");
    EXPECT_EQ(create_resource({{"VisibilityTimeout", 43'201}}).error().code, "InvalidAttributeValue");
    EXPECT_EQ(create_resource({{"Tags", "x"}}).error().code, "InvalidParameterValueException");
    EXPECT_THAT(create_resource({{"Colour", "x"}}).error().message, HasSubstr("Colour"));
}

TEST_F(QueueResourcesTest, AnUpdateSetsWhatIsSaidAndResetsTheRest) {
    const auto queue =
        create_resource({{"QueueName", "orders"}, {"VisibilityTimeout", 60}, {"DelaySeconds", 5}});
    ASSERT_TRUE(queue);
    set("Policy", "{}");
    ASSERT_TRUE(update_resource(queue->physical_id, {{"QueueName", "orders"}, {"DelaySeconds", 6}}));
    EXPECT_EQ(attribute("DelaySeconds"), "6");
    EXPECT_EQ(attribute("VisibilityTimeout"), "30");
    EXPECT_EQ(attribute("Policy"), "{}");
    EXPECT_EQ(update_resource(queue->physical_id, {{"DelaySeconds", 901}}).error().code,
              "InvalidAttributeValue");
    EXPECT_EQ(attribute("DelaySeconds"), "6");
}

TEST_F(QueueResourcesTest, WhatAQueueIsNowIsToldInTheTypesOfTemplates) {
    const std::string dead = "arn:aws:sqs:us-east-1:000000000000:dead";
    create("dead");
    const auto queue =
        create_resource({{"VisibilityTimeout", "61"},
                         {"SqsManagedSseEnabled", "false"},
                         {"RedrivePolicy", {{"deadLetterTargetArn", dead}, {"maxReceiveCount", 3}}}});
    ASSERT_TRUE(queue) << queue.error().message;
    std::optional<boost::json::object> live;
    service_->resource_provider().read(request(kQueue, {}), queue->physical_id,
                                       [&](auto read) { live = std::move(*read); });
    ASSERT_TRUE(live);
    EXPECT_EQ((*live)["VisibilityTimeout"], boost::json::value(61));
    EXPECT_EQ((*live)["DelaySeconds"], boost::json::value(0));
    EXPECT_EQ((*live)["SqsManagedSseEnabled"], boost::json::value(false));
    EXPECT_EQ((*live)["RedrivePolicy"].at("deadLetterTargetArn"), boost::json::value(dead));
    EXPECT_TRUE((*live)["KmsMasterKeyId"].is_null());
}

TEST_F(QueueResourcesTest, ARemovedQueueIsGoneAndGoneCountsAsRemoved) {
    const auto queue = create_resource({{"QueueName", "orders"}});
    EXPECT_TRUE(remove_resource(queue->physical_id));
    EXPECT_TRUE(remove_resource(queue->physical_id));
    EXPECT_EQ(error<api::sqs::GetQueueUrl>({.queue_name = "orders"}).code, "QueueDoesNotExist");
}

TEST_F(QueueResourcesTest, PoliciesComeAndGoWithTheirResource) {
    create("orders");
    const std::string other = create("other");
    const boost::json::object document{{"Version", "2012-10-17"}};
    const boost::json::object first{{"PolicyDocument", document},
                                    {"Queues", boost::json::array{url_, other}}};
    const auto policy = create_resource(first, kPolicy);
    ASSERT_TRUE(policy) << policy.error().message;
    EXPECT_EQ(policy->physical_id, "stack-Q-ABCDEFGHIJKL");
    EXPECT_EQ(attribute("Policy"), R"({"Version":"2012-10-17"})");

    const boost::json::object second{{"PolicyDocument", document}, {"Queues", boost::json::array{other}}};
    ASSERT_TRUE(update_resource(policy->physical_id, second, first, kPolicy));
    EXPECT_FALSE(
        call<api::sqs::GetQueueAttributes>({.queue_url = url_, .attribute_names = {{"Policy"}}})->attributes);
    url_ = other;
    EXPECT_EQ(attribute("Policy"), R"({"Version":"2012-10-17"})");
    EXPECT_TRUE(remove_resource(policy->physical_id, second, kPolicy));
    EXPECT_FALSE(call<api::sqs::GetQueueAttributes>({.queue_url = other, .attribute_names = {{"Policy"}}})
                     ->attributes);
    EXPECT_EQ(create_resource({{"PolicyDocument", document},
                               {"Queues", boost::json::array{"http://x/000000000000/none"}}},
                              kPolicy)
                  .error()
                  .code,
              "QueueDoesNotExist");
    EXPECT_TRUE(
        create_resource({{"PolicyDocument", document}, {"Queue", other}}, "AWS::SQS::QueueInlinePolicy"));
}

}  // namespace
}  // namespace millrace::sqs
