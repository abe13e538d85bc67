#include "services/sqs/queue_attributes.h"

#include <gtest/gtest.h>

namespace millrace::sqs {
namespace {

std::string code_of(const aws::Outcome<void>& outcome) {
    return outcome ? "" : outcome.error().code;
}

TEST(QueueAttributes, AwsDefaults) {
    const QueueAttributes attributes;
    EXPECT_EQ(attributes.get("VisibilityTimeout"), "30");
    EXPECT_EQ(attributes.get("MaximumMessageSize"), "1048576");
    EXPECT_EQ(attributes.get("MessageRetentionPeriod"), "345600");
    EXPECT_EQ(attributes.get("DelaySeconds"), "0");
    EXPECT_EQ(attributes.get("ReceiveMessageWaitTimeSeconds"), "0");
    EXPECT_EQ(attributes.get("SqsManagedSseEnabled"), "true");
    EXPECT_EQ(attributes.get("Policy"), std::nullopt);
    EXPECT_EQ(attributes.get("KmsDataKeyReusePeriodSeconds"), std::nullopt);
}

struct Range {
    const char* name;
    std::int64_t min;
    std::int64_t max;
};
class Ranges : public testing::TestWithParam<Range> {};

TEST_P(Ranges, AtTheLimitsAndOnePast) {
    const auto& [name, min, max] = GetParam();
    QueueAttributes attributes;
    EXPECT_TRUE(attributes.set(name, std::to_string(min)));
    EXPECT_TRUE(attributes.set(name, std::to_string(max)));
    EXPECT_EQ(code_of(attributes.set(name, std::to_string(min - 1))), "InvalidAttributeValue");
    const auto past = attributes.set(name, std::to_string(max + 1));
    ASSERT_FALSE(past);
    EXPECT_EQ(past.error().message, std::string("Invalid value for the parameter ") + name + ".");
    EXPECT_EQ(code_of(attributes.set(name, "ten")), "InvalidAttributeValue");
    EXPECT_EQ(code_of(attributes.set(name, "")), "InvalidAttributeValue");
}

INSTANTIATE_TEST_SUITE_P(QueueAttributes, Ranges,
                         testing::Values(Range{"VisibilityTimeout", 0, 43'200},
                                         Range{"MaximumMessageSize", 1'024, 1'048'576},
                                         Range{"MessageRetentionPeriod", 60, 1'209'600},
                                         Range{"DelaySeconds", 0, 900},
                                         Range{"ReceiveMessageWaitTimeSeconds", 0, 20},
                                         Range{"KmsDataKeyReusePeriodSeconds", 60, 86'400}));

TEST(QueueAttributes, OneWayOfEncryptionEndsTheOther) {
    QueueAttributes attributes;
    EXPECT_TRUE(attributes.set("SqsManagedSseEnabled", "true"));
    EXPECT_TRUE(attributes.set("KmsMasterKeyId", "alias/mill"));
    EXPECT_EQ(attributes.get("SqsManagedSseEnabled"), "false");
    EXPECT_EQ(attributes.get("KmsDataKeyReusePeriodSeconds"), "300");
    EXPECT_TRUE(attributes.set("SqsManagedSseEnabled", "true"));
    EXPECT_EQ(attributes.get("KmsMasterKeyId"), std::nullopt);
    EXPECT_EQ(attributes.get("KmsDataKeyReusePeriodSeconds"), std::nullopt);
    EXPECT_TRUE(attributes.set({{"KmsMasterKeyId", "k"}, {"SqsManagedSseEnabled", "false"}}));
    EXPECT_EQ(attributes.get("KmsMasterKeyId"), "k");
}

TEST(QueueAttributes, BothWaysOfEncryptionAtOnceAreRefused) {
    QueueAttributes attributes;
    const auto both = attributes.set({{"KmsMasterKeyId", "k"}, {"SqsManagedSseEnabled", "true"}});
    ASSERT_FALSE(both);
    EXPECT_EQ(both.error().code, "InvalidAttributeName");
    EXPECT_EQ(both.error().message,
              "You can use one type of server-side encryption (SSE) at one time. You "
              "can either enable KMS SSE or SQS SSE.");
    EXPECT_EQ(attributes.get("KmsMasterKeyId"), std::nullopt);
    EXPECT_TRUE(attributes.set({{"KmsMasterKeyId", ""}, {"SqsManagedSseEnabled", "true"}}));
}

TEST(QueueAttributes, UnknownAndReadOnlyNames) {
    QueueAttributes attributes;
    for (const char* name : {"Colour", "QueueArn", "ApproximateNumberOfMessages", "All"}) {
        const auto outcome = attributes.set(name, "1");
        EXPECT_EQ(code_of(outcome), "InvalidAttributeName");
        EXPECT_EQ(outcome.error().message, std::string("Unknown Attribute ") + name + ".");
    }
}

TEST(QueueAttributes, AStandardQueueTakesNoFifoAttributes) {
    QueueAttributes attributes;
    EXPECT_EQ(code_of(attributes.set("FifoQueue", "true")), "InvalidAttributeName");
    EXPECT_EQ(code_of(attributes.set("FifoQueue", "false")), "InvalidAttributeName");
    EXPECT_EQ(code_of(attributes.set("ContentBasedDeduplication", "true")), "InvalidAttributeName");
}

TEST(QueueAttributes, TrueAndFalseMayBeginWithACapital) {
    auto attributes =
        QueueAttributes::of_new_queue({{"FifoQueue", "True"}, {"ContentBasedDeduplication", "True"}});
    ASSERT_TRUE(attributes);
    EXPECT_EQ(attributes->get("FifoQueue"), "true");
    EXPECT_EQ(attributes->get("ContentBasedDeduplication"), "true");
    EXPECT_TRUE(attributes->set("FifoQueue", "True"));
    EXPECT_TRUE(attributes->set("ContentBasedDeduplication", "False"));
    EXPECT_EQ(attributes->get("ContentBasedDeduplication"), "false");
    EXPECT_TRUE(attributes->set("KmsMasterKeyId", "k"));
    EXPECT_TRUE(attributes->set("SqsManagedSseEnabled", "True"));
    EXPECT_EQ(attributes->get("SqsManagedSseEnabled"), "true");
    EXPECT_EQ(attributes->get("KmsMasterKeyId"), std::nullopt);
    EXPECT_EQ(code_of(attributes->set("SqsManagedSseEnabled", "yes")), "InvalidAttributeValue");
    EXPECT_EQ(code_of(attributes->set("ContentBasedDeduplication", "1")), "InvalidAttributeValue");
}

TEST(QueueAttributes, AllOrNothing) {
    QueueAttributes attributes;
    EXPECT_FALSE(attributes.set({{"DelaySeconds", "5"}, {"VisibilityTimeout", "x"}}));
    EXPECT_EQ(attributes.delay(), Seconds{0});
}

TEST(QueueAttributes, PolicyMustBeAJsonObject) {
    QueueAttributes attributes;
    EXPECT_TRUE(attributes.set("Policy", R"({"Version":"2012-10-17"})"));
    EXPECT_EQ(attributes.get("Policy"), R"({"Version":"2012-10-17"})");
    EXPECT_EQ(code_of(attributes.set("Policy", "[]")), "InvalidAttributeValue");
    EXPECT_EQ(code_of(attributes.set("Policy", "{")), "InvalidAttributeValue");
    EXPECT_TRUE(attributes.set("Policy", ""));
    EXPECT_EQ(attributes.get("Policy"), std::nullopt);
}

TEST(QueueAttributes, RedrivePolicy) {
    QueueAttributes attributes;
    const std::string arn = "arn:aws:sqs:us-east-1:000000000000:dead";
    EXPECT_TRUE(
        attributes.set("RedrivePolicy", R"({"deadLetterTargetArn":")" + arn + R"(","maxReceiveCount":"3"})"));
    EXPECT_EQ(attributes.redrive(), (RedrivePolicy{arn, 3}));
    EXPECT_EQ(attributes.get("RedrivePolicy"),
              R"({"deadLetterTargetArn":")" + arn + R"(","maxReceiveCount":3})")
        << "as AWS shows it, not as it was sent";
    const auto refused = [&](const std::string& text) {
        return code_of(attributes.set("RedrivePolicy", text));
    };
    const std::string code = "InvalidParameterValueException";
    EXPECT_EQ(refused("nonsense"), code);
    EXPECT_EQ(refused(R"({"maxReceiveCount":3})"), code);
    EXPECT_EQ(refused(R"({"deadLetterTargetArn":"x"})"), code);
    EXPECT_EQ(refused(R"({"deadLetterTargetArn":"x","maxReceiveCount":0})"), code);
    EXPECT_EQ(refused(R"({"deadLetterTargetArn":"x","maxReceiveCount":1001})"), code);
    EXPECT_EQ(refused(R"({"deadLetterTargetArn":"x","maxReceiveCount":3,"other":1})"), code);
    EXPECT_EQ(attributes.redrive()->receives_max, 3u);
    EXPECT_TRUE(attributes.set("RedrivePolicy", R"({"deadLetterTargetArn":"x","maxReceiveCount":1000})"));
    EXPECT_TRUE(attributes.set("RedrivePolicy", ""));
    EXPECT_EQ(attributes.redrive(), std::nullopt);
}

TEST(QueueAttributes, RedriveAllowPolicy) {
    QueueAttributes attributes;
    EXPECT_TRUE(attributes.redrive_allow().allows("a"));
    EXPECT_TRUE(attributes.set("RedriveAllowPolicy", R"({"redrivePermission":"denyAll"})"));
    EXPECT_FALSE(attributes.redrive_allow().allows("a"));
    EXPECT_TRUE(
        attributes.set("RedriveAllowPolicy", R"({"redrivePermission":"byQueue","sourceQueueArns":["a"]})"));
    EXPECT_TRUE(attributes.redrive_allow().allows("a"));
    EXPECT_FALSE(attributes.redrive_allow().allows("b"));
    EXPECT_FALSE(attributes.set("RedriveAllowPolicy", R"({"redrivePermission":"byQueue"})"));
    EXPECT_FALSE(attributes.set("RedriveAllowPolicy", R"({"redrivePermission":"some"})"));
}

}  // namespace
}  // namespace millrace::sqs
