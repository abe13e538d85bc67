#include "services/sqs/queue_url.h"

#include <gtest/gtest.h>

namespace millrace::sqs {
namespace {

const aws::Scope kCaller{"000000000000", "us-east-1"};

TEST(QueueUrl, NamesUpTo80Characters) {
    EXPECT_TRUE(is_queue_name("a-B_9"));
    EXPECT_TRUE(is_queue_name(std::string(80, 'q')));
    EXPECT_FALSE(is_queue_name(std::string(81, 'q')));
    EXPECT_FALSE(is_queue_name(""));
    EXPECT_TRUE(is_queue_name("a.fifo"));
    EXPECT_TRUE(is_queue_name(std::string(75, 'q') + ".fifo"));
    EXPECT_FALSE(is_queue_name(std::string(76, 'q') + ".fifo"));
    EXPECT_FALSE(is_queue_name(".fifo"));
    EXPECT_FALSE(is_queue_name("a.fifo.fifo"));
    EXPECT_FALSE(is_queue_name("a.b"));
    EXPECT_FALSE(is_queue_name("a b"));
}

TEST(QueueUrl, OnlyTheLastTwoSegmentsCount) {
    const QueueAddress orders{{"123456789012", "us-east-1"}, "orders"};
    for (const char* url :
         {"http://localhost:4566/123456789012/orders",
          "https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
          "https://eu-west-1.queue.amazonaws.com/123456789012/orders/", "/123456789012/orders",
          "http://localhost:4566/queue/us-east-1/123456789012/orders?x=y", "123456789012/orders"}) {
        EXPECT_EQ(parse_queue_url(kCaller, url), orders) << url;
    }
    EXPECT_EQ(parse_queue_url(kCaller, "orders"), (QueueAddress{kCaller, "orders"}));
}

TEST(QueueUrl, NoQueue) {
    for (const char* url : {"", "/", "http://localhost:4566/", "http://localhost:4566/orders",
                            "http://x/12345/orders", "http://x/123456789012/or ders"}) {
        EXPECT_EQ(parse_queue_url(kCaller, url), std::nullopt) << url;
    }
}

TEST(QueueUrl, ArnsComeBack) {
    const aws::Scope scope{"123456789012", "eu-west-1"};
    EXPECT_EQ(queue_arn(scope, "orders"), "arn:aws:sqs:eu-west-1:123456789012:orders");
    EXPECT_EQ(parse_queue_arn(queue_arn(scope, "orders")), (QueueAddress{scope, "orders"}));
    for (const char* arn : {"", "orders", "arn:aws:sns:eu-west-1:123456789012:orders", "arn:aws:sqs:::a.b"}) {
        EXPECT_EQ(parse_queue_arn(arn), std::nullopt) << arn;
    }
}

}  // namespace
}  // namespace millrace::sqs
