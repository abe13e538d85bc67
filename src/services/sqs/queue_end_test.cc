// What waiting receives, and the messages, live to see when a queue, or the server, ends.
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

}  // namespace
}  // namespace millrace::sqs
