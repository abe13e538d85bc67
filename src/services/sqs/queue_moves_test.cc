// Messages that outlive their neighbours in the log move to its end, and nothing else about them changes.
#include "services/sqs/service_fixture.h"

namespace millrace::sqs {
namespace {

using api::sqs::DeleteMessage;
using testing::ElementsAre;
using testing::IsEmpty;

const storage::LogId kLog{1};

class QueueMovesTest : public ServiceFixture {
  protected:
    QueueMovesTest() { create("orders"); }

    /// Messages that come and go, as long as no other is visible.
    void churn(int messages, std::size_t bytes = 1) {
        for (int i = 0; i < messages; ++i) {
            send(std::string(bytes, 'x'));
            remove(receive(1).at(0));
        }
    }
    api::sqs::Message send_and_receive(const std::string& body, std::int32_t timeout = 600) {
        send(body);
        return receive(1, timeout).at(0);
    }
    bool log_was_moved() const { return logs_.begin(kLog) > first_; }
    void wait_for_move() { advance(Seconds{60}); }
    void wait_for_trim() { advance(Seconds{10}); }

    storage::Offset first_ = logs_.begin(kLog);
};

TEST_F(QueueMovesTest, ALogFollowsItsOldestMessageToTheEnd) {
    send_and_receive("old");
    churn(100);
    wait_for_move();
    EXPECT_EQ(logs_.begin(kLog).value(), 0u);
    wait_for_trim();
    EXPECT_EQ(logs_.begin(kLog).value(), 302u) << "one send and receive, 100 sends, receives and deletions";
    EXPECT_EQ(logs_.end(kLog).value(), 303u);
}

TEST_F(QueueMovesTest, ALongLogIsNotKeptForAMinute) {
    send_and_receive("old");
    churn(300, 128 * 1024);
    EXPECT_GT(logs_.begin(kLog).value(), 300u);
}

TEST_F(QueueMovesTest, NothingMovesWhileMessagesTakeMoreThanAQuarter) {
    send_and_receive("old");
    send_and_receive("x");
    wait_for_move();
    wait_for_trim();
    EXPECT_EQ(logs_.end(kLog).value(), 4u);
}

TEST_F(QueueMovesTest, AMovedMessageIsTheSameMessage) {
    ASSERT_TRUE(call<api::sqs::SendMessage>(
        {.queue_url = url_,
         .message_body = "old",
         .message_attributes = {{{"kind", {.string_value = "mill", .data_type = "String"}}}},
         .message_system_attributes = {{{"AWSTraceHeader", {.string_value = "t", .data_type = "String"}}}},
         .message_group_id = "tenant-1"}));
    const auto before = receive(1, 120).at(0);
    churn(100);
    wait_for_move();
    EXPECT_THAT(receive_bodies(), IsEmpty()) << "still in flight";
    advance(Seconds{60});
    ASSERT_TRUE(log_was_moved());
    auto after = receive(1).at(0);
    EXPECT_EQ(after.message_id, before.message_id);
    EXPECT_EQ(after.body, before.body);
    EXPECT_EQ(after.md5_of_body, before.md5_of_body);
    EXPECT_EQ(after.md5_of_message_attributes, before.md5_of_message_attributes);
    EXPECT_EQ(after.message_attributes->at("kind").string_value, "mill");
    auto expected = *before.attributes;
    expected["ApproximateReceiveCount"] = "2";
    EXPECT_EQ(after.attributes, expected);
}

TEST_F(QueueMovesTest, ReceiptHandlesFromBeforeTheMoveStayGood) {
    const auto message = send_and_receive("old", 90);
    churn(100);
    wait_for_move();
    wait_for_trim();
    ASSERT_TRUE(log_was_moved());
    EXPECT_TRUE(call<api::sqs::ChangeMessageVisibility>(
        {.queue_url = url_, .receipt_handle = *message.receipt_handle, .visibility_timeout = 60}));
    advance(Seconds{59});
    EXPECT_THAT(receive_bodies(), IsEmpty());
    advance(Seconds{1});
    EXPECT_THAT(receive_bodies(), ElementsAre("old"));
    start();
    remove(message);
    advance(Seconds{30});
    EXPECT_THAT(receive_bodies(), IsEmpty());
    start();
    EXPECT_THAT(receive_bodies(), IsEmpty());
}

TEST_F(QueueMovesTest, AMovedMessageKeepsItsTurn) {
    const auto first = send_and_receive("first", 90);
    churn(50);
    wait_for_move();
    wait_for_trim();
    ASSERT_TRUE(log_was_moved());
    send("second");
    send("third");
    advance(Seconds{20});
    EXPECT_THAT(receive_bodies(), ElementsAre("first", "second", "third"));
}

TEST_F(QueueMovesTest, AMessageMovesAsOftenAsItMust) {
    const auto message = send_and_receive("old", 43'200);
    for (int turn = 1; turn <= 5; ++turn) {
        churn(100);
        wait_for_move();
        wait_for_trim();
        EXPECT_EQ(logs_.end(kLog).value() - logs_.begin(kLog).value(), 1u);
        start();
    }
    remove(message);
    start();
    advance(Seconds{43'200});
    EXPECT_THAT(receive_bodies(), IsEmpty());
}

TEST_F(QueueMovesTest, ADelayedMessageMoves) {
    send("later", 900);
    churn(100);
    wait_for_move();
    wait_for_trim();
    ASSERT_TRUE(log_was_moved());
    start();
    EXPECT_EQ(attribute("ApproximateNumberOfMessagesDelayed"), "1");
    advance(Seconds{829});
    EXPECT_THAT(receive_bodies(), IsEmpty());
    advance(Seconds{1});
    EXPECT_THAT(receive_bodies(), ElementsAre("later"));
}

TEST_F(QueueMovesTest, RetentionCountsFromTheSend) {
    set("MessageRetentionPeriod", "120");
    send_and_receive("old");
    churn(100);
    wait_for_move();
    wait_for_trim();
    ASSERT_TRUE(log_was_moved());
    start();
    advance(Milliseconds{49'999});
    EXPECT_EQ(attribute("ApproximateNumberOfMessagesNotVisible"), "1");
    advance(Milliseconds{1});
    EXPECT_EQ(attribute("ApproximateNumberOfMessagesNotVisible"), "0");
    set("MessageRetentionPeriod", "3600");
    start();
    EXPECT_THAT(receive_bodies(), IsEmpty());
}

TEST_F(QueueMovesTest, WhatIsAboutToExpireStays) {
    set("MessageRetentionPeriod", "69");
    send_and_receive("old");
    churn(100);
    wait_for_move();
    EXPECT_EQ(logs_.end(kLog).value(), 302u);
}

TEST_F(QueueMovesTest, AMessageDeletedDuringItsMoveStaysDeleted) {
    const auto message = send_and_receive("old");
    churn(100);
    logs_.hold_commits(true);
    wait_for_move();
    const auto deleting =
        begin<DeleteMessage>({.queue_url = url_, .receipt_handle = *message.receipt_handle});
    logs_.hold_commits(false);
    executor_.run_ready();
    ASSERT_TRUE(*deleting);
    EXPECT_TRUE(**deleting);
    EXPECT_EQ(logs_.end(kLog).value(), 304u) << "was not moved";
    start();
    EXPECT_THAT(receive_bodies(), IsEmpty());
}

TEST_F(QueueMovesTest, AMessageWhoseDeletionIsOnItsWayDoesNotMove) {
    const auto message = send_and_receive("old");
    churn(100);
    logs_.hold_commits(true);
    const auto deleting =
        begin<DeleteMessage>({.queue_url = url_, .receipt_handle = *message.receipt_handle});
    wait_for_move();
    logs_.hold_commits(false);
    executor_.run_ready();
    EXPECT_TRUE(*deleting);
    EXPECT_EQ(logs_.end(kLog).value(), 303u);
    start();
    EXPECT_THAT(receive_bodies(), IsEmpty());
}

TEST_F(QueueMovesTest, AMessageWhoseDeletionFailedMovesLater) {
    const auto message = send_and_receive("old");
    churn(100);
    logs_.fail_appends(Error{ErrorCode::kUnavailable, "disk"});
    EXPECT_NE(error<DeleteMessage>({.queue_url = url_, .receipt_handle = *message.receipt_handle}).code, "");
    wait_for_move();
    wait_for_trim();
    EXPECT_TRUE(log_was_moved());
    EXPECT_THAT(receive_bodies(), ElementsAre("old"));
}

TEST_F(QueueMovesTest, APurgeOnItsWayIsNotUndone) {
    send_and_receive("old");
    churn(100);
    logs_.hold_commits(true);
    const auto purging = begin<api::sqs::PurgeQueue>({.queue_url = url_});
    wait_for_move();
    logs_.hold_commits(false);
    executor_.run_ready();
    EXPECT_TRUE(*purging);
    EXPECT_EQ(logs_.end(kLog).value(), 303u);
    start();
    EXPECT_EQ(attribute("ApproximateNumberOfMessages"), "0");
}

TEST_F(QueueMovesTest, APurgeDuringAMovePurgesTheMoved) {
    send_and_receive("old");
    churn(100);
    logs_.hold_commits(true);
    wait_for_move();
    const auto purging = begin<api::sqs::PurgeQueue>({.queue_url = url_});
    logs_.hold_commits(false);
    executor_.run_ready();
    EXPECT_TRUE(*purging);
    start();
    EXPECT_EQ(attribute("ApproximateNumberOfMessages"), "0");
    EXPECT_EQ(attribute("ApproximateNumberOfMessagesNotVisible"), "0");
}

TEST_F(QueueMovesTest, AFailedMoveLosesNothingAndIsTriedAgainAfterAWhile) {
    const auto message = send_and_receive("old");
    churn(100);
    logs_.fail_writes(Error{ErrorCode::kUnavailable, "disk"});
    wait_for_move();
    const auto tried = logs_.appends();
    advance(Milliseconds{59'999});
    EXPECT_EQ(logs_.appends(), tried);
    logs_.fail_writes(std::nullopt);
    advance(Milliseconds{1});
    wait_for_trim();
    EXPECT_TRUE(log_was_moved());
    remove(message);
    EXPECT_EQ(attribute("ApproximateNumberOfMessagesNotVisible"), "0");
}

TEST_F(QueueMovesTest, ManyMoveInTheirOrder) {
    const int messages = 6'000;
    for (int i = 0; i < messages; i += 10) {
        api::sqs::SendMessageBatchRequest batch{.queue_url = url_};
        for (int j = i; j < i + 10; ++j)
            batch.entries.push_back({.id = std::to_string(j), .message_body = std::to_string(j)});
        ASSERT_TRUE(call<api::sqs::SendMessageBatch>(std::move(batch)));
    }
    std::vector<std::string> kept;
    for (int i = 0; i < messages; ++i) {
        const auto message = receive(1, 120).at(0);
        if (i % 20 != 0) remove(message);
        if (i % 20 == 0) kept.push_back(*message.body);
    }
    const auto appends = logs_.appends();
    wait_for_move();
    EXPECT_EQ(logs_.appends() - appends, 6u) << "1,024 entries at a time";
    wait_for_trim();
    EXPECT_EQ(logs_.end(kLog).value() - logs_.begin(kLog).value(), kept.size());
    start();
    advance(Seconds{120});
    std::vector<std::string> found;
    for (auto more = receive_bodies(); !more.empty(); more = receive_bodies())
        found.insert(found.end(), more.begin(), more.end());
    EXPECT_EQ(found, kept);
}

TEST_F(QueueMovesTest, AMovedMessageGoesToTheDeadLetters) {
    const std::string dead_url = create("dead");
    set("RedrivePolicy",
        R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":1})");
    const auto message = send_and_receive("poison", 90);
    churn(50);
    wait_for_move();
    wait_for_trim();
    ASSERT_TRUE(log_was_moved());
    advance(Seconds{20});
    EXPECT_THAT(receive_bodies(), IsEmpty());
    start();
    url_ = dead_url;
    const auto dead = receive(1).at(0);
    EXPECT_EQ(dead.message_id, message.message_id);
    EXPECT_EQ(dead.attributes->at("SentTimestamp"), message.attributes->at("SentTimestamp"));
}

}  // namespace
}  // namespace millrace::sqs
