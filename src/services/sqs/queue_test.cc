// How messages live in a queue: order, visibility, delays, long polls, deletion, expiry, purge.
#include "services/sqs/queue_state.h"
#include "services/sqs/service_fixture.h"

namespace millrace::sqs {
namespace {

using api::sqs::ChangeMessageVisibility;
using api::sqs::DeleteMessage;
using api::sqs::PurgeQueue;
using api::sqs::ReceiveMessage;
using testing::ElementsAre;
using testing::IsEmpty;

class QueueTest : public ServiceFixture {
  protected:
    QueueTest() { create("orders"); }
};

TEST_F(QueueTest, SendReceiveDelete) {
    send("one");
    send("two");
    const auto messages = receive();
    EXPECT_THAT(bodies(messages), ElementsAre("one", "two"));
    EXPECT_THAT(receive_bodies(), IsEmpty());
    for (const auto& message : messages) remove(message);
    advance(Seconds{31});
    EXPECT_THAT(receive_bodies(), IsEmpty());
}

TEST_F(QueueTest, IsAnsweredAfterTheCommit) {
    logs_.hold_commits(true);
    const auto sending = begin<api::sqs::SendMessage>({.queue_url = url_, .message_body = "x"});
    EXPECT_FALSE(*sending);
    EXPECT_THAT(receive_bodies(), IsEmpty());
    logs_.hold_commits(false);
    executor_.run_ready();
    ASSERT_TRUE(*sending);
    EXPECT_TRUE(**sending);
    const auto message = receive().at(0);
    logs_.hold_commits(true);
    const auto deleting =
        begin<DeleteMessage>({.queue_url = url_, .receipt_handle = *message.receipt_handle});
    EXPECT_FALSE(*deleting);
    advance(Seconds{31});
    EXPECT_THAT(receive_bodies(), IsEmpty()) << "handed out while its deletion is on its way";
    logs_.hold_commits(false);
    executor_.run_ready();
    EXPECT_TRUE(*deleting);
}

TEST_F(QueueTest, ARefusedWriteIsAnErrorAndChangesNothing) {
    send("x");
    const auto message = receive().at(0);
    logs_.fail_writes(Error{ErrorCode::kUnavailable, "disk"});
    EXPECT_GE(error<api::sqs::SendMessage>({.queue_url = url_, .message_body = "y"}).http_status, 500);
    EXPECT_GE(
        error<DeleteMessage>({.queue_url = url_, .receipt_handle = *message.receipt_handle}).http_status,
        500);
    logs_.fail_writes(std::nullopt);
    EXPECT_THAT(receive_bodies(), ElementsAre("x"));
}

TEST_F(QueueTest, VisibilityTimeoutOfTheQueueAndOfTheReceive) {
    set("VisibilityTimeout", "5");
    send("x");
    receive();
    advance(Milliseconds{4'999});
    EXPECT_THAT(receive_bodies(), IsEmpty());
    advance(Milliseconds{1});
    EXPECT_THAT(bodies(receive(10, 60)), ElementsAre("x"));
    advance(Seconds{59});
    EXPECT_THAT(receive_bodies(), IsEmpty());
    advance(Seconds{1});
    EXPECT_EQ(receive(10, 0).at(0).attributes->at("ApproximateReceiveCount"), "3");
    EXPECT_EQ(receive().at(0).attributes->at("ApproximateReceiveCount"), "4");
}

TEST_F(QueueTest, AMessageThatBecomesVisibleWhileTheyAreCountedIsCountedOnce) {
    /// Time passes with every look at it.
    class TickingClock final : public Clock {
      public:
        explicit TickingClock(const Clock& start) : start_(start) {}
        [[nodiscard]] WallTime now() const override { return start_.now() + tick(); }
        [[nodiscard]] MonotonicTime monotonic() const override { return start_.monotonic() + tick(); }

      private:
        [[nodiscard]] Milliseconds tick() const { return Milliseconds{++ticks_}; }
        const Clock& start_;
        mutable std::int64_t ticks_ = 0;
    };
    constexpr int kMessages = 100;
    for (int i = 0; i < kMessages; ++i) send("x");
    const TickingClock ticking{clock_};
    service_.reset();
    registry_ = {};
    Service::open({executor_, ticking, random_, logs_, *catalog_},
                  [this](Result<std::unique_ptr<Service>> opened) { service_ = std::move(*opened); });
    executor_.run_ready();
    service_->register_operations(registry_);
    for (int i = 0; i < kMessages; ++i) receive(1, 1);
    for (int i = 0; i < 200; ++i) {
        const auto found =
            call<api::sqs::GetQueueAttributes>({.queue_url = url_, .attribute_names = {{"All"}}});
        int counted = 0;
        for (const char* state : {"", "NotVisible", "Delayed"})
            counted += std::stoi(found->attributes->at(std::string("ApproximateNumberOfMessages") + state));
        ASSERT_EQ(counted, kMessages);
    }
}

TEST_F(QueueTest, DelayOfTheQueueAndOfTheMessage) {
    set("DelaySeconds", "5");
    send("queue's");
    send("own", 2);
    send("none", 0);
    EXPECT_EQ(attribute("ApproximateNumberOfMessagesDelayed"), "2");
    EXPECT_THAT(receive_bodies(), ElementsAre("none"));
    advance(Seconds{2});
    EXPECT_THAT(receive_bodies(), ElementsAre("own"));
    advance(Seconds{3});
    EXPECT_THAT(receive_bodies(), ElementsAre("queue's"));
}

TEST_F(QueueTest, ALongPollEndsWithoutMessagesAtItsDeadline) {
    const auto waiting = poll(3);
    advance(Milliseconds{2'999});
    EXPECT_THAT(answer(waiting), ElementsAre("waiting"));
    advance(Milliseconds{1});
    EXPECT_THAT(answer(waiting), IsEmpty());
}

TEST_F(QueueTest, ASendWakesAsManyPollsAsItCanServeInTheirOrder) {
    const auto first = poll();
    const auto second = poll();
    const auto third = poll();
    send("a");
    EXPECT_THAT(answer(first), ElementsAre("a"));
    EXPECT_THAT(answer(second), ElementsAre("waiting"));
    call<api::sqs::SendMessageBatch>({.queue_url = url_,
                                      .entries = {{.id = "1", .message_body = "b"},
                                                  {.id = "2", .message_body = "c"},
                                                  {.id = "3", .message_body = "d"}}});
    EXPECT_THAT(answer(second), ElementsAre("b"));
    EXPECT_THAT(answer(third), ElementsAre("c"));
    EXPECT_THAT(receive_bodies(), ElementsAre("d"));
}

TEST_F(QueueTest, TheEndOfADelayOrTimeoutWakesAPoll) {
    send("delayed", 4);
    const auto delayed = poll();
    advance(Seconds{4});
    EXPECT_THAT(answer(delayed), ElementsAre("delayed"));
    const auto redelivered = poll(20);
    advance(Seconds{20});
    EXPECT_THAT(answer(redelivered), IsEmpty());
    const auto again = poll(20);
    advance(Seconds{10});
    EXPECT_THAT(answer(again), ElementsAre("delayed"));
}

TEST_F(QueueTest, TheQueuesWaitTimeIsTheDefault) {
    set("ReceiveMessageWaitTimeSeconds", "2");
    const auto waiting = begin<ReceiveMessage>({.queue_url = url_});
    EXPECT_FALSE(*waiting);
    advance(Seconds{2});
    EXPECT_TRUE(*waiting);
}

TEST_F(QueueTest, OverLimitForShortPollsOnly) {
    for (std::size_t sent = 0; sent < QueueState::kInFlightMax + 10; sent += 10) {
        api::sqs::SendMessageBatchRequest batch{.queue_url = url_};
        for (int i = 0; i < 10; ++i) batch.entries.push_back({.id = std::to_string(i), .message_body = "x"});
        ASSERT_TRUE(call<api::sqs::SendMessageBatch>(std::move(batch)));
    }
    set("VisibilityTimeout", "600");
    std::optional<api::sqs::Message> last;
    for (std::size_t taken = 0; taken < QueueState::kInFlightMax; taken += 10) last = receive().back();
    EXPECT_EQ(error<ReceiveMessage>({.queue_url = url_}).code, "OverLimit");
    const auto waiting = poll(20);
    EXPECT_THAT(answer(waiting), ElementsAre("waiting"));
    remove(*last);
    EXPECT_THAT(answer(waiting), ElementsAre("x"));
}

TEST_F(QueueTest, ChangeVisibility) {
    send("x");
    const std::string handle = *receive().at(0).receipt_handle;
    const auto change = [&](std::int32_t timeout) {
        return error<ChangeMessageVisibility>(
            {.queue_url = url_, .receipt_handle = handle, .visibility_timeout = timeout});
    };
    EXPECT_EQ(change(60).code, "");
    advance(Seconds{45});
    EXPECT_THAT(receive_bodies(), IsEmpty());
    EXPECT_EQ(change(-1).code, "InvalidParameterValueException");
    EXPECT_EQ(change(43'201).code, "InvalidParameterValueException");
    EXPECT_THAT(change(43'200).message, testing::HasSubstr("beyond the limit [43200 seconds]"));
    EXPECT_EQ(change(43'155).code, "");
    const auto waiting = poll();
    EXPECT_EQ(change(0).code, "");
    EXPECT_THAT(answer(waiting), ElementsAre("x"));
    EXPECT_EQ(change(5).code, "") << "somebody else's now: left alone";
    advance(Seconds{30});
    remove(receive().at(0));
    EXPECT_THAT(
        change(5).message,
        testing::HasSubstr("Message does not exist or is not available for visibility timeout change."));
}

TEST_F(QueueTest, HandlesThatAreOldOrNone) {
    send("x");
    const auto first = receive(10, 0).at(0);
    const auto second = receive().at(0);
    EXPECT_NE(first.receipt_handle, second.receipt_handle);
    remove(first);
    advance(Seconds{31});
    EXPECT_THAT(receive_bodies(), IsEmpty());
    remove(first);
    remove(second);
    const auto garbage = error<DeleteMessage>({.queue_url = url_, .receipt_handle = "garbage"});
    EXPECT_EQ(garbage.code, "ReceiptHandleIsInvalid");
    EXPECT_EQ(garbage.message, "The input receipt handle \"garbage\" is not a valid receipt handle.");
    const std::string other = create("other");
    EXPECT_EQ(error<DeleteMessage>({.queue_url = other, .receipt_handle = *second.receipt_handle}).code,
              "ReceiptHandleIsInvalid");
}

TEST_F(QueueTest, Purge) {
    send("a");
    receive();
    send("b");
    send("c", 10);
    EXPECT_TRUE(call<PurgeQueue>({.queue_url = url_}));
    send("new");
    advance(Seconds{40});
    EXPECT_THAT(receive_bodies(), ElementsAre("new"));
    const auto early = error<PurgeQueue>({.queue_url = url_});
    EXPECT_EQ(early.code, "PurgeQueueInProgress");
    EXPECT_EQ(early.message, "Only one PurgeQueue operation on orders is allowed every 60 seconds.");
    advance(Seconds{20});
    EXPECT_TRUE(call<PurgeQueue>({.queue_url = url_}));
}

TEST_F(QueueTest, MessagesVanishAfterTheRetentionPeriodForGood) {
    set("MessageRetentionPeriod", "60");
    send("old");
    advance(Seconds{30});
    send("young");
    advance(Seconds{30});
    EXPECT_EQ(attribute("ApproximateNumberOfMessages"), "1");
    set("MessageRetentionPeriod", "3600");
    start();
    EXPECT_THAT(receive_bodies(), ElementsAre("young"));
}

TEST_F(QueueTest, CountsOfEachKind) {
    send("a");
    send("b");
    send("c", 60);
    receive(1);
    EXPECT_EQ(attribute("ApproximateNumberOfMessages"), "1");
    EXPECT_EQ(attribute("ApproximateNumberOfMessagesNotVisible"), "1");
    EXPECT_EQ(attribute("ApproximateNumberOfMessagesDelayed"), "1");
    advance(Seconds{30});
    EXPECT_EQ(attribute("ApproximateNumberOfMessages"), "2");
}

TEST_F(QueueTest, TheLogIsTrimmedToTheOldestLiveMessage) {
    const storage::LogId log{1};
    for (int i = 0; i < 600; ++i) {
        send("x");
        remove(receive().at(0));
    }
    EXPECT_GE(logs_.begin(log).value(), 1'000u) << "1,800 entries, 1,024 at a time";
    advance(Seconds{10});
    EXPECT_EQ(logs_.begin(log), logs_.end(log));
    EXPECT_EQ(logs_.end(log).value(), 1'800u) << "send, receive, deletion";
}

TEST_F(QueueTest, ARestartKeepsWhatWasAcknowledged) {
    send("kept");
    send("deleted");
    send("in flight");
    send("delayed", 100);
    const auto messages = receive();
    remove(messages.at(1));
    advance(Seconds{31});
    start();
    EXPECT_THAT(receive_bodies(), ElementsAre("kept", "in flight"));
    remove(messages.at(0));
    advance(Seconds{69});
    EXPECT_THAT(receive_bodies(), ElementsAre("in flight", "delayed"));
}

TEST_F(QueueTest, ARestartKeepsWhatIsInFlightAndItsHandles) {
    send("x");
    send("y");
    const auto first = receive(1).at(0);
    advance(Seconds{30});
    const auto second = receive(1, 60).at(0);
    const auto changed = receive(1, 60).at(0);
    EXPECT_TRUE(call<ChangeMessageVisibility>(
        {.queue_url = url_, .receipt_handle = *changed.receipt_handle, .visibility_timeout = 100}));
    advance(Seconds{20});
    start();
    EXPECT_EQ(attribute("ApproximateNumberOfMessagesNotVisible"), "2");
    advance(Milliseconds{39'999});
    EXPECT_THAT(receive_bodies(), IsEmpty());
    EXPECT_TRUE(call<ChangeMessageVisibility>(
        {.queue_url = url_, .receipt_handle = *second.receipt_handle, .visibility_timeout = 30}));
    EXPECT_THAT(receive_bodies(), IsEmpty());
    advance(Seconds{30});
    const auto third = receive().at(0);
    EXPECT_EQ(third.body, "x");
    EXPECT_EQ(third.attributes->at("ApproximateReceiveCount"), "3");
    EXPECT_EQ(third.attributes->at("ApproximateFirstReceiveTimestamp"),
              first.attributes->at("ApproximateFirstReceiveTimestamp"));
    remove(changed);
    start();
    advance(Seconds{100});
    EXPECT_THAT(receive_bodies(), ElementsAre("x"));
}

TEST_F(QueueTest, ARestartKeepsThatAMessageWasMadeVisible) {
    send("x");
    const auto message = receive(1, 600).at(0);
    EXPECT_TRUE(call<ChangeMessageVisibility>(
        {.queue_url = url_, .receipt_handle = *message.receipt_handle, .visibility_timeout = 0}));
    start();
    EXPECT_THAT(receive_bodies(), ElementsAre("x"));
}

TEST_F(QueueTest, TheTwelveHoursCountFromTheReceiveAlsoAfterARestart) {
    send("x");
    const auto message = receive(1, 600).at(0);
    advance(Seconds{100});
    start();
    const auto change = [&](std::int32_t timeout) {
        return error<ChangeMessageVisibility>({.queue_url = url_,
                                               .receipt_handle = *message.receipt_handle,
                                               .visibility_timeout = timeout})
            .code;
    };
    EXPECT_EQ(change(43'101), "InvalidParameterValueException");
    EXPECT_EQ(change(43'100), "");
}

TEST_F(QueueTest, OneReceiveIsOneEntry) {
    for (const char* body : {"a", "b", "c"}) send(body);
    const auto appends = logs_.appends();
    EXPECT_EQ(receive().size(), 3u);
    EXPECT_EQ(logs_.appends(), appends + 1);
    receive();
    EXPECT_EQ(logs_.appends(), appends + 1);
}

TEST_F(QueueTest, AReceiveDoesNotWaitForItsEntryNorNeedIt) {
    send("x");
    logs_.hold_commits(true);
    EXPECT_THAT(receive_bodies(), ElementsAre("x"));
    logs_.hold_commits(false);
    executor_.run_ready();
    advance(Seconds{30});
    logs_.fail_writes(Error{ErrorCode::kUnavailable, "disk"});
    EXPECT_THAT(receive_bodies(), ElementsAre("x"));
}

TEST_F(QueueTest, AChangeOfVisibilityIsAnsweredAfterTheCommit) {
    send("x");
    const std::string handle = *receive().at(0).receipt_handle;
    const api::sqs::ChangeMessageVisibilityRequest change{
        .queue_url = url_, .receipt_handle = handle, .visibility_timeout = 60};
    logs_.hold_commits(true);
    const auto changing = begin<ChangeMessageVisibility>(change);
    EXPECT_FALSE(*changing);
    logs_.hold_commits(false);
    executor_.run_ready();
    ASSERT_TRUE(*changing);
    EXPECT_TRUE(**changing);
    logs_.fail_writes(Error{ErrorCode::kUnavailable, "disk"});
    EXPECT_GE(error<ChangeMessageVisibility>(change).http_status, 500);
    EXPECT_GE(
        error<api::sqs::ChangeMessageVisibilityBatch>(
            {.queue_url = url_, .entries = {{.id = "1", .receipt_handle = handle, .visibility_timeout = 60}}})
            .http_status,
        500);
}

TEST_F(QueueTest, ARestartForgetsPurgedMessages) {
    send("a");
    ASSERT_TRUE(call<PurgeQueue>({.queue_url = url_}));
    send("b");
    start();
    EXPECT_THAT(receive_bodies(), ElementsAre("b"));
}

TEST_F(QueueTest, ALongLogIsReplayedInChunks) {
    for (int i = 0; i < 5'000; ++i) send(std::to_string(i));
    start();
    EXPECT_EQ(attribute("ApproximateNumberOfMessages"), "5000");
    EXPECT_THAT(receive_bodies(2), ElementsAre("0", "1"));
}

}  // namespace
}  // namespace millrace::sqs
