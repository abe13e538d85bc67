// What waiting receives, and the messages, live to see when a queue, the server, or a client ends.
#include "services/sqs/service_fixture.h"

namespace millrace::sqs {
namespace {

using api::sqs::ReceiveMessage;
using testing::ElementsAre;
using testing::IsEmpty;

class QueueEndTest : public ServiceFixture {
  protected:
    QueueEndTest() { create("orders"); }
};

TEST_F(QueueEndTest, ADeletedQueueAnswersItsPolls) {
    const auto waiting = poll();
    EXPECT_TRUE(call<api::sqs::DeleteQueue>({.queue_url = url_}));
    EXPECT_THAT(answer(waiting), ElementsAre("QueueDoesNotExist"));
}

// Ending by reset() made a queue that was created again in the meantime a new one, without its messages.
TEST_F(QueueEndTest, AServerThatEndsKeepsItsQueues) {
    const auto waiting = poll();
    service_->end_waits();
    executor_.run_ready();
    EXPECT_THAT(answer(waiting), IsEmpty());
    EXPECT_THAT(answer(poll()), IsEmpty()) << "none waits any more";
    send("still taken");
    create("orders");
    EXPECT_THAT(receive_bodies(), ElementsAre("still taken"));
}

TEST_F(QueueEndTest, ResetAnswersPollsAndForgets) {
    const auto waiting = poll();
    service_->reset();
    executor_.run_ready();
    EXPECT_THAT(answer(waiting), IsEmpty());
    EXPECT_EQ(error<ReceiveMessage>({.queue_url = url_}).code, "QueueDoesNotExist");
}

/// A receive that waits, of a client of its own.
class ClientEndTest : public QueueEndTest {
  protected:
    auto poll_of(const std::shared_ptr<http::ClientPresence>& client, std::int32_t wait = 20) {
        context_.client = client;
        auto answer = poll(wait);
        context_.client = nullptr;
        return answer;
    }
    std::shared_ptr<http::ClientPresence> client_ = std::make_shared<http::ClientPresence>();
};

TEST_F(ClientEndTest, AClientThatGoesTakesNoMessage) {
    const auto waiting = poll_of(client_);
    const auto behind = poll();
    client_->leave();
    EXPECT_THAT(answer(waiting), IsEmpty()) << "its wait is over";
    send("for who is here");
    EXPECT_THAT(answer(behind), ElementsAre("for who is here"));
    EXPECT_EQ(attribute("ApproximateNumberOfMessagesNotVisible"), "1");
}

TEST_F(ClientEndTest, AClientThatHadGoneBeforeItsCallRanTakesNoMessage) {
    send("kept");
    client_->leave();
    EXPECT_THAT(answer(poll_of(client_)), IsEmpty());
    EXPECT_THAT(answer(poll_of(client_, 0)), IsEmpty());
    const auto messages = receive();
    ASSERT_EQ(messages.size(), 1);
    EXPECT_EQ(messages[0].attributes->at("ApproximateReceiveCount"), "1");
}

TEST_F(ClientEndTest, AClientThatGoesAfterItsAnswerChangesNothing) {
    const auto waiting = poll_of(client_);
    send("taken");
    EXPECT_THAT(answer(waiting), ElementsAre("taken"));
    client_->leave();
    EXPECT_THAT(answer(waiting), ElementsAre("taken"));
    EXPECT_EQ(attribute("ApproximateNumberOfMessagesNotVisible"), "1");
}

TEST_F(ClientEndTest, AClientMayGoAfterItsQueue) {
    const auto waiting = poll_of(client_);
    EXPECT_TRUE(call<api::sqs::DeleteQueue>({.queue_url = url_}));
    client_->leave();
    EXPECT_THAT(answer(waiting), ElementsAre("QueueDoesNotExist"));
}

}  // namespace
}  // namespace millrace::sqs
