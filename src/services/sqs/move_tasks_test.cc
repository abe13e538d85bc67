// Message move tasks through their operations.
#include "services/sqs/move_task.h"
#include "services/sqs/queue_state.h"
#include "services/sqs/service_fixture.h"

namespace millrace::sqs {
namespace {

using namespace api::sqs;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string kDeadArn = "arn:aws:sqs:us-east-1:000000000000:dead";
const std::string kOrdersArn = "arn:aws:sqs:us-east-1:000000000000:orders";

class MoveTasksTest : public ServiceFixture {
  protected:
    MoveTasksTest() {
        dead_ = create("dead");
        create("orders",
               {{"RedrivePolicy", R"({"deadLetterTargetArn":")" + kDeadArn + R"(","maxReceiveCount":1})"}});
    }

    /// So many messages become dead letters.
    void bury(int messages) {
        for (int i = 0; i < messages; ++i) send("m" + std::to_string(i));
        for (int i = 0; i < messages; i += 10) receive(10, 0);
        advance(Milliseconds{1});
        EXPECT_THAT(receive(10, 0), IsEmpty());
        EXPECT_EQ(waiting_in(dead_), std::to_string(messages));
    }
    std::string waiting_in(std::string url) {
        const std::string before = std::exchange(url_, std::move(url));
        std::string count = attribute("ApproximateNumberOfMessages");
        url_ = before;
        return count;
    }
    std::string start_task(std::optional<std::string> destination = {},
                           std::optional<std::int32_t> rate = {}) {
        auto started = call<StartMessageMoveTask>({.source_arn = kDeadArn,
                                                   .destination_arn = std::move(destination),
                                                   .max_number_of_messages_per_second = rate});
        EXPECT_TRUE(started) << started.error().message;
        return started ? *started->task_handle : "";
    }
    aws::ServiceError start_error(StartMessageMoveTaskRequest input) {
        return error<StartMessageMoveTask>(std::move(input));
    }
    std::vector<ListMessageMoveTasksResultEntry> tasks(std::int32_t limit = 10) {
        return *call<ListMessageMoveTasks>({.source_arn = kDeadArn, .max_results = limit})->results;
    }

    std::string dead_;
};

TEST_F(MoveTasksTest, MessagesGoBackWhereTheyCameFromAsNewOnes) {
    bury(3);
    const std::string orders = std::exchange(url_, dead_);
    const auto dead = receive(1, 0);
    url_ = orders;
    advance(Seconds{10});
    const auto handle = start_task();
    EXPECT_EQ(tasks().at(0).status, "RUNNING");
    EXPECT_EQ(tasks().at(0).task_handle, handle);
    advance(Seconds{1});
    const auto task = tasks().at(0);
    EXPECT_EQ(task.status, "COMPLETED");
    EXPECT_EQ(task.approximate_number_of_messages_moved, 3);
    EXPECT_EQ(task.approximate_number_of_messages_to_move, 3);
    EXPECT_EQ(task.source_arn, kDeadArn);
    EXPECT_FALSE(task.destination_arn || task.task_handle || task.failure_reason);
    EXPECT_EQ(waiting_in(dead_), "0");
    const auto back = receive();
    EXPECT_EQ(bodies(back), (std::vector<std::string>{"m0", "m1", "m2"}));
    EXPECT_NE(back[0].message_id, dead.at(0).message_id);
    EXPECT_EQ(back[0].attributes->at("ApproximateReceiveCount"), "1") << "not with those of its former life";
    EXPECT_FALSE(back[0].attributes->contains("DeadLetterQueueSourceArn"));
    EXPECT_GE(std::stoll(back[0].attributes->at("SentTimestamp")), to_millis(clock_.now()) - 1'000);
}

TEST_F(MoveTasksTest, AtTheRateAskedForAndToTheQueueAskedFor) {
    const std::string other = create("other");
    bury(5);
    start_task("arn:aws:sqs:us-east-1:000000000000:other", 2);
    advance(Milliseconds{499});
    EXPECT_EQ(waiting_in(other), "0");
    advance(Milliseconds{2});
    EXPECT_EQ(waiting_in(other), "1");
    advance(Milliseconds{1'000});
    EXPECT_EQ(waiting_in(other), "3");
    EXPECT_EQ(tasks().at(0).max_number_of_messages_per_second, 2);
    EXPECT_EQ(tasks().at(0).approximate_number_of_messages_moved, 3);
    advance(Milliseconds{1'100});
    EXPECT_EQ(waiting_in(other), "5");
}

TEST_F(MoveTasksTest, NeverMoreThanFiveHundredASecond) {
    bury(1'200);
    start_task();
    advance(Milliseconds{1'000});
    EXPECT_NEAR(std::stoi(waiting_in(url_)), 500, 15);
    EXPECT_LE(std::stoi(waiting_in(url_)), 500);
    advance(Milliseconds{2'000});
    EXPECT_EQ(waiting_in(url_), "1200");
}

TEST_F(MoveTasksTest, ACancelledTaskLeavesTheRest) {
    bury(5);
    const auto handle = start_task(std::nullopt, 1);
    EXPECT_EQ(
        start_error({.source_arn = kDeadArn}).message,
        "There is already a task running. Only one active task is allowed for a source queue arn at a given "
        "time.");
    advance(Milliseconds{2'100});
    const auto cancelled = call<CancelMessageMoveTask>({.task_handle = handle});
    ASSERT_TRUE(cancelled);
    EXPECT_EQ(cancelled->approximate_number_of_messages_moved, 2);
    advance(Seconds{10});
    EXPECT_EQ(waiting_in(dead_), "3");
    EXPECT_EQ(tasks().at(0).status, "CANCELLED");
    EXPECT_EQ(error<CancelMessageMoveTask>({.task_handle = handle}).code, "UnsupportedOperation");
    start_task();
    advance(Seconds{1});
    EXPECT_EQ(waiting_in(dead_), "0");
    ASSERT_EQ(tasks().size(), 2u);
    EXPECT_EQ(tasks().at(0).status, "COMPLETED") << "the newest first";
    EXPECT_EQ(tasks(1).size(), 1u);
}

TEST_F(MoveTasksTest, ATaskGoesOnAfterARestart) {
    bury(6);
    start_task(std::nullopt, 2);
    advance(Milliseconds{1'100});
    EXPECT_EQ(waiting_in(url_), "2");
    start();
    EXPECT_EQ(tasks().at(0).status, "RUNNING");
    EXPECT_EQ(tasks().at(0).approximate_number_of_messages_moved, 2);
    advance(Seconds{3});
    EXPECT_EQ(waiting_in(url_), "6");
    EXPECT_EQ(tasks().at(0).status, "COMPLETED");
    start();
    EXPECT_EQ(tasks().at(0).approximate_number_of_messages_moved, 6);
}

TEST_F(MoveTasksTest, ATaskFailsWhenAMessageHasNowhereToGo) {
    bury(2);
    const std::string orders = url_;
    url_ = dead_;
    send("sent here");
    url_ = orders;
    start_task();
    advance(Seconds{1});
    EXPECT_EQ(tasks().at(0).status, "FAILED");
    EXPECT_EQ(tasks().at(0).failure_reason, "CouldNotDetermineMessageSource");
    EXPECT_EQ(tasks().at(0).approximate_number_of_messages_moved, 2);
    EXPECT_EQ(waiting_in(dead_), "1");
    create("other");
    start_task("arn:aws:sqs:us-east-1:000000000000:other", 1);
    ASSERT_TRUE(call<DeleteQueue>({.queue_url = "http://localhost:4566/000000000000/other"}));
    advance(Seconds{2});
    EXPECT_EQ(tasks().at(0).failure_reason, "AWS.SimpleQueueService.NonExistentQueue");
}

TEST_F(MoveTasksTest, ARefusedWriteIsTriedAgain) {
    bury(2);
    start_task();
    logs_.fail_writes(Error{ErrorCode::kUnavailable, "disk"});
    advance(Milliseconds{500});
    EXPECT_EQ(waiting_in(dead_), "2");
    logs_.fail_writes(std::nullopt);
    advance(Seconds{2});
    EXPECT_EQ(waiting_in(url_), "2");
    EXPECT_EQ(tasks().at(0).status, "COMPLETED");
}

TEST_F(MoveTasksTest, MessagesInFlightStay) {
    bury(2);
    const std::string orders = std::exchange(url_, dead_);
    EXPECT_EQ(receive(1).size(), 1u);
    url_ = orders;
    start_task();
    advance(Seconds{1});
    EXPECT_EQ(tasks().at(0).approximate_number_of_messages_to_move, 1);
    EXPECT_EQ(waiting_in(url_), "1");
}

TEST_F(MoveTasksTest, FifoMessagesKeepTheirOrder) {
    const std::string dead = create("dead.fifo", {{"FifoQueue", "true"}});
    url_ = create("orders.fifo", {{"FifoQueue", "true"},
                                  {"ContentBasedDeduplication", "true"},
                                  {"RedrivePolicy", R"({"deadLetterTargetArn":")" + kDeadArn +
                                                        R"(.fifo","maxReceiveCount":1})"}});
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(call<SendMessage>(
            {.queue_url = url_, .message_body = std::to_string(i), .message_group_id = "g"}));
    }
    for (int i = 0; i < 20; i += 10) receive(10, 0);
    advance(Milliseconds{1});
    receive(10, 0);
    EXPECT_EQ(waiting_in(dead), "20");
    EXPECT_EQ(start_error({.source_arn = kDeadArn + ".fifo", .destination_arn = kOrdersArn}).code,
              "InvalidParameterValueException");
    ASSERT_TRUE(call<StartMessageMoveTask>({.source_arn = kDeadArn + ".fifo"}));
    advance(Seconds{1});
    for (int i = 0; i < 20; i += 10) {
        const auto back = receive(10);
        ASSERT_EQ(back.size(), 10u);
        for (int j = 0; j < 10; ++j) EXPECT_EQ(*back[j].body, std::to_string(i + j));
        for (const auto& message : back) remove(message);
    }
}

TEST_F(MoveTasksTest, WhatCannotStart) {
    EXPECT_EQ(start_error({.source_arn = kOrdersArn}).message,
              "Source queue must be configured as a Dead Letter Queue.");
    EXPECT_EQ(start_error({.source_arn = kDeadArn + "x"}).message,
              "The resource that you specified for the SourceArn parameter doesn't exist.");
    EXPECT_EQ(start_error({.source_arn = kDeadArn + "x"}).http_status, 404);
    EXPECT_EQ(start_error({.source_arn = kDeadArn, .destination_arn = kOrdersArn + "x"}).message,
              "The resource that you specified for the DestinationArn parameter doesn't exist.");
    EXPECT_EQ(start_error({.source_arn = kDeadArn, .destination_arn = kDeadArn}).message,
              "Source queue arn and destination queue arn cannot be the same.");
    for (const std::int32_t rate : {0, 501}) {
        EXPECT_EQ(start_error({.source_arn = kDeadArn, .max_number_of_messages_per_second = rate}).code,
                  "InvalidParameterValueException");
    }
    start_task(std::nullopt, 500);
    advance(Seconds{1});
    EXPECT_EQ(tasks().at(0).status, "COMPLETED") << "of an empty queue";
    const auto limit = error<ListMessageMoveTasks>({.source_arn = kDeadArn, .max_results = 11});
    EXPECT_EQ(limit.code, "InvalidParameterValueException");
    EXPECT_EQ(error<CancelMessageMoveTask>({.task_handle = "x"}).message,
              "Value for parameter TaskHandle is invalid.");
    EXPECT_EQ(error<CancelMessageMoveTask>({.task_handle = encode_task_handle({"x", kDeadArn})}).message,
              "Task does not exist.");
    EXPECT_EQ(error<CancelMessageMoveTask>({.task_handle = encode_task_handle({"x", "y"})}).http_status, 404);
}

TEST_F(MoveTasksTest, TheTenNewestAreListedAndGoWithTheQueue) {
    for (int i = 0; i < 12; ++i) {
        start_task();
        advance(Seconds{1});
    }
    EXPECT_EQ(tasks().size(), 10u);
    ASSERT_TRUE(call<DeleteQueue>({.queue_url = dead_}));
    EXPECT_THAT(catalog_->list("sqs/moves/"), IsEmpty());
    create("dead");
    EXPECT_THAT(tasks(), IsEmpty());
}

TEST(MoveTask, ComesBackAsWritten) {
    const std::vector<MoveTask> tasks{{.id = "a",
                                       .destination_arn = "arn",
                                       .rate = 7,
                                       .to_move = 9,
                                       .moved = 3,
                                       .started = from_millis(1'700'000'000'000),
                                       .status = MoveTask::Status::kFailed,
                                       .failure = "gone"},
                                      {.id = "b"}};
    const auto back = parse_move_tasks(encode_move_tasks(tasks));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, tasks);
    for (const char* wrong :
         {"", "{}", "[]", R"({"version":2,"tasks":[]})", R"({"version":1,"tasks":[{}]})"}) {
        EXPECT_FALSE(parse_move_tasks(wrong)) << wrong;
    }
    EXPECT_EQ(parse_task_handle(encode_task_handle({"t", "s"})), (TaskHandle{"t", "s"}));
    EXPECT_FALSE(parse_task_handle("e30="));
}

}  // namespace
}  // namespace millrace::sqs
