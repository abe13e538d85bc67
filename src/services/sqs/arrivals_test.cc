// A crash between the two entries of a message that changes queues: only its arrival is in the journal.
#include "services/sqs/arrivals.h"

#include "services/sqs/service_fixture.h"

namespace millrace::sqs {
namespace {

const std::string kDeadArn = "arn:aws:sqs:us-east-1:000000000000:dead";

class ArrivalsTest : public ServiceFixture {
  protected:
    ArrivalsTest() {
        dead_ = create("dead");
        create("orders",
               {{"RedrivePolicy", R"({"deadLetterTargetArn":")" + kDeadArn + R"(","maxReceiveCount":1})"}});
    }
    void bury(const std::string& body) {
        send(body);
        receive(1, 0);
        advance(Milliseconds{1});
        EXPECT_TRUE(receive(1, 0).empty());
    }
    void crash_without_newest_of(storage::LogId log) {
        const storage::Offset end = logs_.end(log);
        logs_.lose(log, storage::Offset{end.value() - 1}, end);
        start();
    }
    std::string waiting_in(std::string url) {
        const std::string before = std::exchange(url_, std::move(url));
        std::string count = attribute("ApproximateNumberOfMessages");
        url_ = before;
        return count;
    }

    const storage::LogId dead_log_{1};
    const storage::LogId orders_log_{2};
    std::string dead_;
};

TEST_F(ArrivalsTest, ADeadLetterIsInOneQueue) {
    bury("first");
    bury("second");
    crash_without_newest_of(orders_log_);
    EXPECT_EQ(waiting_in(url_), "0");
    EXPECT_EQ(waiting_in(dead_), "2");
    start();
    EXPECT_EQ(waiting_in(url_), "0") << "and that is durable";
}

TEST_F(ArrivalsTest, ARedrivenMessageIsInOneQueue) {
    bury("first");
    ASSERT_TRUE(call<api::sqs::StartMessageMoveTask>({.source_arn = kDeadArn}));
    advance(Seconds{1});
    crash_without_newest_of(dead_log_);
    EXPECT_EQ(waiting_in(dead_), "0");
    EXPECT_EQ(waiting_in(url_), "1");
}

TEST_F(ArrivalsTest, WhatIsBehindTheNewestIsLeftAlone) {
    bury("first");
    send("second");
    start();
    EXPECT_EQ(waiting_in(url_), "1");
    EXPECT_EQ(waiting_in(dead_), "1");
}

}  // namespace
}  // namespace millrace::sqs
