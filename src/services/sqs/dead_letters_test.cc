// Messages received too often move to the dead-letter queue.
#include "services/sqs/service_fixture.h"

namespace millrace::sqs {
namespace {

using api::sqs::ChangeMessageVisibility;
using api::sqs::ReceiveMessage;
using testing::ElementsAre;
using testing::IsEmpty;

class DeadLetterTest : public ServiceFixture {
  protected:
    DeadLetterTest() {
        create("orders");
        dead_url_ = create("dead");
        set("RedrivePolicy", kPolicy);
        set("VisibilityTimeout", "1");
    }
    std::vector<api::sqs::Message> receive_dead() {
        std::swap(url_, dead_url_);
        auto messages = receive();
        std::swap(url_, dead_url_);
        return messages;
    }

    static constexpr const char* kPolicy =
        R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":2})";
    std::string dead_url_;
};

TEST_F(DeadLetterTest, AMessageReceivedTooOftenMovesForGood) {
    send("poison");
    const auto sent = receive().at(0);
    advance(Seconds{1});
    EXPECT_THAT(receive_bodies(), ElementsAre("poison"));
    EXPECT_THAT(receive_dead(), IsEmpty());
    advance(Seconds{1});
    send("good");
    EXPECT_THAT(receive_bodies(), ElementsAre("good"));
    start();
    const auto dead = receive_dead();
    ASSERT_THAT(bodies(dead), ElementsAre("poison"));
    EXPECT_EQ(dead[0].message_id, sent.message_id);
    EXPECT_EQ(dead[0].attributes->at("SentTimestamp"), sent.attributes->at("SentTimestamp"));
    EXPECT_EQ(dead[0].attributes->at("DeadLetterQueueSourceArn"),
              "arn:aws:sqs:us-east-1:000000000000:orders");
    advance(Seconds{1});
    EXPECT_THAT(receive_bodies(), ElementsAre("good"));
}

TEST_F(DeadLetterTest, ItsReceivesGoOnButCountForItsNewQueueAlone) {
    std::swap(url_, dead_url_);
    create("last");
    set("VisibilityTimeout", "1");
    set("RedrivePolicy",
        R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:last","maxReceiveCount":1})");
    std::swap(url_, dead_url_);
    send("poison");
    const auto first = receive().at(0).attributes->at("ApproximateFirstReceiveTimestamp");
    for (int i = 0; i < 2; ++i) {
        advance(Seconds{1});
        receive();
    }
    const auto check = [&](const std::string& count) {
        const auto dead = receive_dead();
        ASSERT_THAT(bodies(dead), ElementsAre("poison"));
        EXPECT_EQ(dead[0].attributes->at("ApproximateReceiveCount"), count);
        EXPECT_EQ(dead[0].attributes->at("ApproximateFirstReceiveTimestamp"), first);
    };
    check("3");
    advance(Seconds{1});
    EXPECT_THAT(receive_dead(), IsEmpty()) << "received once from here";
    start();
    dead_url_ = dead_url_.substr(0, dead_url_.size() - 4) + "last";
    check("4");
}

TEST_F(DeadLetterTest, ReceivesBeforeARestartCount) {
    send("poison");
    for (int i = 0; i < 2; ++i) {
        EXPECT_THAT(receive_bodies(), ElementsAre("poison"));
        start();
        advance(Seconds{1});
    }
    EXPECT_THAT(receive_bodies(), IsEmpty());
    EXPECT_THAT(bodies(receive_dead()), ElementsAre("poison"));
}

TEST_F(DeadLetterTest, APollAtTheDeadLetterQueueWakes) {
    send("poison");
    for (int i = 0; i < 2; ++i) {
        receive();
        advance(Seconds{1});
    }
    const auto waiting = begin<ReceiveMessage>({.queue_url = dead_url_, .wait_time_seconds = 20});
    EXPECT_THAT(receive_bodies(), IsEmpty());
    EXPECT_THAT(answer(waiting), ElementsAre("poison"));
}

TEST_F(DeadLetterTest, AVisibilityThatCouldNotBeWrittenOfAMessageOnItsWayToThemIsNotAcknowledged) {
    send("poison");
    receive();
    advance(Seconds{1});
    const auto last = receive(1, 600).at(0);
    const auto waiting = begin<ReceiveMessage>({.queue_url = url_, .wait_time_seconds = 20});
    logs_.fail_writes(Error{ErrorCode::kUnavailable, "disk"});
    EXPECT_GE(error<ChangeMessageVisibility>(
                  {.queue_url = url_, .receipt_handle = *last.receipt_handle, .visibility_timeout = 0})
                  .http_status,
              500);
    EXPECT_FALSE(*waiting);
}

TEST_F(DeadLetterTest, WithoutItsDeadLetterQueueTheMessageStays) {
    send("poison");
    ASSERT_TRUE(call<api::sqs::DeleteQueue>({.queue_url = dead_url_}));
    for (int i = 0; i < 4; ++i) {
        EXPECT_THAT(receive_bodies(), ElementsAre("poison"));
        advance(Seconds{1});
    }
}

TEST_F(DeadLetterTest, TheTargetMustExistAndAllowIt) {
    const auto refused = [&](const std::string& arn) {
        return error<api::sqs::SetQueueAttributes>(
                   {.queue_url = url_,
                    .attributes = {{"RedrivePolicy",
                                    R"({"maxReceiveCount":1,"deadLetterTargetArn":")" + arn + "\"}"}}})
            .message;
    };
    EXPECT_THAT(refused("arn:aws:sqs:us-east-1:000000000000:none"),
                testing::EndsWith("Dead letter target does not exist."));
    EXPECT_THAT(refused("arn:aws:sqs:eu-west-1:000000000000:dead"), testing::HasSubstr("same as the source"));
    EXPECT_THAT(refused("dead"), testing::HasSubstr("deadLetterTargetArn"));
    std::swap(url_, dead_url_);
    set("RedriveAllowPolicy", R"({"redrivePermission":"denyAll"})");
    std::swap(url_, dead_url_);
    EXPECT_THAT(refused("arn:aws:sqs:us-east-1:000000000000:dead"), testing::HasSubstr("RedriveAllowPolicy"));
    const auto sources = call<api::sqs::ListDeadLetterSourceQueues>({.queue_url = dead_url_});
    EXPECT_THAT(sources->queue_urls, ElementsAre(url_));
}

}  // namespace
}  // namespace millrace::sqs
