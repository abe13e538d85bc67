#include "services/sqs/queue_description.h"

#include <gtest/gtest.h>

namespace millrace::sqs {
namespace {

QueueDescription sample() {
    QueueDescription queue{.scope = {"123456789012", "eu-west-1"},
                           .name = "orders",
                           .log = storage::LogId{7},
                           .created = from_millis(1'700'000'000'123),
                           .modified = from_millis(1'700'000'100'000),
                           .attributes = {},
                           .tags = {{"team", "mill"}, {"empty", ""}}};
    EXPECT_TRUE(
        queue.attributes.set({{"DelaySeconds", "5"}, {"Policy", R"({"a":1})"}, {"KmsMasterKeyId", "k"}}));
    return queue;
}

TEST(QueueDescription, ComesBackFromTheCatalog) {
    const QueueDescription queue = sample();
    EXPECT_EQ(catalog_key(queue), "sqs/queues/123456789012/eu-west-1/orders");
    const auto back = parse_description(catalog_key(queue), catalog_value(queue));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->scope, queue.scope);
    EXPECT_EQ(back->name, queue.name);
    EXPECT_EQ(back->log, queue.log);
    EXPECT_EQ(back->created, queue.created);
    EXPECT_EQ(back->modified, queue.modified);
    EXPECT_EQ(back->tags, queue.tags);
    for (const std::string_view name : QueueAttributes::names()) {
        EXPECT_EQ(back->attributes.get(name), queue.attributes.get(name)) << name;
    }
    EXPECT_EQ(back->arn(), "arn:aws:sqs:eu-west-1:123456789012:orders");
}

TEST(QueueDescription, OfBothWaysOfEncryptionTheKeyStays) {
    std::string value = catalog_value(sample());
    const std::string off = R"("SqsManagedSseEnabled":"false")";
    ASSERT_NE(value.find(off), std::string::npos);
    value.replace(value.find(off), off.size(), R"("SqsManagedSseEnabled":"true")");
    const auto back = parse_description(catalog_key(sample()), value);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->attributes.get("KmsMasterKeyId"), "k");
    EXPECT_EQ(back->attributes.get("SqsManagedSseEnabled"), "false");
}

TEST(QueueDescription, AnythingElseIsCorruption) {
    const std::string key = catalog_key(sample());
    for (const char* value :
         {"", "[]", "{}", R"({"version":2,"log":7,"created":0,"modified":0,"attributes":{},"tags":{}})",
          R"({"version":1,"log":"7","created":0,"modified":0,"attributes":{},"tags":{}})",
          R"({"version":1,"log":7,"created":0,"modified":0,"attributes":{"X":"1"},"tags":{}})"}) {
        EXPECT_FALSE(parse_description(key, value)) << value;
    }
    EXPECT_FALSE(parse_description("sqs/queues/orders", catalog_value(sample())));
}

}  // namespace
}  // namespace millrace::sqs
