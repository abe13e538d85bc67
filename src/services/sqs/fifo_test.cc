// FIFO queues through their operations.
#include "services/sqs/queue_state.h"
#include "services/sqs/service_fixture.h"

namespace millrace::sqs {
namespace {

using namespace api::sqs;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class FifoTest : public ServiceFixture {
  protected:
    FifoTest() {
        url_ = create("orders.fifo", {{"FifoQueue", "true"}, {"ContentBasedDeduplication", "true"}});
    }

    SendMessageResult send_to(const std::string& group, const std::string& body,
                              std::optional<std::string> deduplication_id = {}) {
        auto sent = call<SendMessage>({.queue_url = url_,
                                       .message_body = body,
                                       .message_deduplication_id = std::move(deduplication_id),
                                       .message_group_id = group});
        EXPECT_TRUE(sent) << sent.error().message;
        return sent ? std::move(*sent) : SendMessageResult();
    }
    aws::ServiceError send_error(SendMessageRequest input) {
        input.queue_url = url_;
        input.message_body = "x";
        return error<SendMessage>(std::move(input));
    }
    std::vector<Message> receive_attempt(const std::string& attempt, std::int32_t limit = 10) {
        auto received = call<ReceiveMessage>({.queue_url = url_,
                                              .message_system_attribute_names = {{"All"}},
                                              .max_number_of_messages = limit,
                                              .receive_request_attempt_id = attempt});
        EXPECT_TRUE(received) << received.error().message;
        return received && received->messages ? std::move(*received->messages) : std::vector<Message>();
    }
    aws::ServiceError delete_error(const Message& message) {
        return error<DeleteMessage>({.queue_url = url_, .receipt_handle = *message.receipt_handle});
    }
    std::string hide(const Message& message, std::int32_t timeout) {
        const auto changed = call<ChangeMessageVisibility>(
            {.queue_url = url_, .receipt_handle = *message.receipt_handle, .visibility_timeout = timeout});
        return changed ? "" : changed.error().message;
    }
};

TEST_F(FifoTest, AGroupIsLockedUntilItsMessagesInFlightAreDeleted) {
    for (const char* body : {"a1", "a2", "a3"}) send_to("a", body);
    send_to("b", "b1");
    const auto first = receive(2);
    EXPECT_EQ(bodies(first), (std::vector<std::string>{"a1", "a2"}));
    EXPECT_THAT(receive_bodies(), ElementsAre("b1"));
    remove(first[0]);
    EXPECT_THAT(receive_bodies(), IsEmpty());
    remove(first[1]);
    EXPECT_THAT(receive_bodies(), ElementsAre("a3"));
}

TEST_F(FifoTest, AReceiveTakesOneGroupsMessagesAndThenTheNexts) {
    for (const char* body : {"a1", "a2"}) send_to("a", body);
    for (const char* body : {"b1", "b2"}) send_to("b", body);
    EXPECT_THAT(receive_bodies(3), ElementsAre("a1", "a2", "b1"));
}

TEST_F(FifoTest, TheGroupWithTheOldestMessageGoesFirst) {
    send_to("a", "a1");
    send_to("b", "b1");
    for (const char* body : {"a2", "a3"}) send_to("a", body);
    EXPECT_THAT(receive_bodies(), ElementsAre("a1", "a2", "a3", "b1"));
}

TEST_F(FifoTest, AGroupThatGetsMoreAndMoreKeepsItsPlace) {
    send_to("hot", "hot-0");
    send_to("cold", "cold-0");
    for (int i = 1; i < 5; ++i) send_to("hot", "hot-" + std::to_string(i));
    EXPECT_THAT(receive_bodies(1), ElementsAre("hot-0"));
}

TEST_F(FifoTest, WhatStandsBeforeTheFirstInFlightIsHandedOut) {
    for (const char* body : {"a1", "a2", "a3"}) send_to("a", body);
    const auto first = receive(2);
    EXPECT_EQ(hide(first[0], 0), "");
    EXPECT_THAT(receive_bodies(), ElementsAre("a1")) << "a2 is still in flight, and a3 behind it";
    advance(Seconds{30});
    EXPECT_THAT(receive_bodies(), ElementsAre("a1", "a2", "a3"));
}

TEST_F(FifoTest, AnExtendedTimeoutHoldsUpWhatStandsBehind) {
    for (const std::size_t extended : {0, 1, 2}) {
        for (const char* body : {"a1", "a2", "a3"}) send_to("a", body, body + std::to_string(extended));
        const auto first = receive(10, 1);
        ASSERT_EQ(first.size(), 3u);
        EXPECT_EQ(hide(first[extended], 4), "");
        advance(Seconds{2});
        auto expected = bodies(first);
        expected.resize(extended);
        EXPECT_EQ(receive_bodies(), expected);
        EXPECT_TRUE(call<PurgeQueue>({.queue_url = url_}));
        advance(Seconds{60});
    }
}

TEST_F(FifoTest, AGroupStaysLockedWhileADeletionIsOnItsWay) {
    for (const char* body : {"a1", "a2"}) send_to("a", body);
    const auto first = receive(1);
    logs_.hold_commits(true);
    const auto deleting =
        begin<DeleteMessage>({.queue_url = url_, .receipt_handle = *first[0].receipt_handle});
    const auto receiving = begin<ReceiveMessage>({.queue_url = url_, .wait_time_seconds = 10});
    EXPECT_FALSE(*receiving);
    logs_.hold_commits(false);
    executor_.run_ready();
    ASSERT_TRUE(*receiving);
    EXPECT_THAT(bodies(*(**receiving)->messages), ElementsAre("a2"));
}

TEST_F(FifoTest, AReceiveIsAnsweredWhenItIsDurable) {
    send_to("a", "a1");
    logs_.hold_commits(true);
    const auto receiving = begin<ReceiveMessage>({.queue_url = url_});
    EXPECT_FALSE(*receiving);
    logs_.hold_commits(false);
    executor_.run_ready();
    ASSERT_TRUE(*receiving);
    start();
    EXPECT_THAT(receive_bodies(), IsEmpty()) << "the group is locked after a restart";
    EXPECT_EQ(attribute("ApproximateNumberOfMessagesNotVisible"), "1");
    remove((**receiving)->messages->front());
    EXPECT_EQ(attribute("ApproximateNumberOfMessagesNotVisible"), "0");
}

TEST_F(FifoTest, AnAttemptAgainThatCannotBeWrittenTakesNothingFromItsClient) {
    for (const char* body : {"a1", "a2"}) send_to("a", body);
    const auto first = receive_attempt("try", 1);
    logs_.fail_writes(Error{ErrorCode::kUnavailable, "disk"});
    EXPECT_GE(error<ReceiveMessage>({.queue_url = url_, .receive_request_attempt_id = "try"}).http_status,
              500);
    logs_.fail_writes(std::nullopt);
    EXPECT_THAT(receive_bodies(), IsEmpty()) << "the group is still locked";
    remove(first.at(0));
    EXPECT_THAT(receive_bodies(), ElementsAre("a2"));
}

TEST_F(FifoTest, AReceiveThatCannotBeWrittenIsAnErrorAndNotCounted) {
    send_to("a", "a1");
    send_to("b", "b1");
    logs_.fail_writes(Error{ErrorCode::kUnavailable, "disk"});
    EXPECT_GE(error<ReceiveMessage>({.queue_url = url_}).http_status, 500);
    logs_.fail_writes(std::nullopt);
    const auto received = receive();
    EXPECT_EQ(bodies(received), (std::vector<std::string>{"a1", "b1"}))
        << "nor did it cost the group its turn";
    EXPECT_EQ(received[0].attributes->at("ApproximateReceiveCount"), "1");
}

TEST_F(FifoTest, AMessageIsTakenOnceInFiveMinutes) {
    const auto first = send_to("a", "x");
    EXPECT_EQ(first.sequence_number->size(), 20u);
    const auto check_duplicate = [&] {
        const auto again = send_to("b", "x");
        EXPECT_EQ(again.message_id, first.message_id);
        EXPECT_EQ(again.sequence_number, first.sequence_number);
    };
    check_duplicate();
    const auto received = receive();
    ASSERT_EQ(received.size(), 1u);
    EXPECT_EQ(received[0].message_id, first.message_id);
    EXPECT_EQ(received[0].attributes->at("SequenceNumber"), first.sequence_number);
    EXPECT_EQ(received[0].attributes->at("MessageGroupId"), "a");
    EXPECT_EQ(received[0].attributes->at("MessageDeduplicationId"),
              "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881");
    remove(received[0]);
    check_duplicate();
    start();
    check_duplicate();
    EXPECT_TRUE(call<PurgeQueue>({.queue_url = url_}));
    check_duplicate();
    advance(Milliseconds{299'999});
    check_duplicate();
    EXPECT_THAT(receive_bodies(), IsEmpty());
    advance(Milliseconds{1});
    EXPECT_GT(send_to("b", "x").sequence_number, first.sequence_number);
    EXPECT_THAT(receive_bodies(), ElementsAre("x"));
}

TEST_F(FifoTest, TheLogIsKeptAsLongAsDeduplicationNeedsIt) {
    send_to("a", "x");
    remove(receive()[0]);
    advance(Seconds{299});
    EXPECT_EQ(logs_.begin(storage::LogId{1}).value(), 0u);
    advance(Seconds{30});
    EXPECT_EQ(logs_.begin(storage::LogId{1}).value(), 3u);
}

TEST_F(FifoTest, ADuplicateOfASendOnItsWayIsAnsweredWithIt) {
    logs_.hold_commits(true);
    const SendMessageRequest input{.queue_url = url_, .message_body = "x", .message_group_id = "a"};
    const auto first = begin<SendMessage>(input);
    const auto second = begin<SendMessage>(input);
    EXPECT_FALSE(*second);
    logs_.hold_commits(false);
    executor_.run_ready();
    ASSERT_TRUE(*first && *second);
    EXPECT_EQ((**second)->message_id, (**first)->message_id);
    EXPECT_THAT(receive_bodies(), ElementsAre("x"));
}

TEST_F(FifoTest, ASendThatFailedIsNotRemembered) {
    logs_.fail_appends(Error{ErrorCode::kUnavailable, "disk"});
    EXPECT_GE(send_error({.message_group_id = "a"}).http_status, 500);
    send_to("a", "x");
    EXPECT_THAT(receive_bodies(), ElementsAre("x"));
}

TEST_F(FifoTest, ABatchKeepsItsOrderAndItsDuplicatesOut) {
    SendMessageBatchRequest batch{.queue_url = url_};
    for (const char* body : {"1", "2", "1", "3"}) {
        batch.entries.push_back({.id = "e" + std::to_string(batch.entries.size()),
                                 .message_body = body,
                                 .message_group_id = "a"});
    }
    batch.entries[1].delay_seconds = 1;  // refused
    const auto sent = call<SendMessageBatch>(std::move(batch));
    ASSERT_TRUE(sent);
    ASSERT_EQ(sent->successful->size(), 3u);
    EXPECT_EQ((*sent->successful)[0].message_id, (*sent->successful)[1].message_id);
    EXPECT_EQ((*sent->successful)[1].id, "e2");
    ASSERT_EQ(sent->failed->size(), 1u);
    EXPECT_EQ(
        *(*sent->failed)[0].message,
        "Value 1 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not "
        "valid for this queue type.");
    EXPECT_THAT(receive_bodies(), ElementsAre("1", "3"));
}

TEST_F(FifoTest, WhatASendMustName) {
    EXPECT_EQ(send_error({}).message, "The request must contain the parameter MessageGroupId.");
    EXPECT_EQ(send_error({}).query_code, "MissingParameter");
    EXPECT_EQ(send_error({.message_group_id = std::string(129, 'g')}).message,
              "Value " + std::string(129, 'g') +
                  " for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include "
                  "alphanumeric and punctuation characters. 1 to 128 in length.");
    EXPECT_THAT(send_error({.message_deduplication_id = "a b", .message_group_id = "a"}).message,
                HasSubstr("MessageDeduplicationId can only include"));
    send_to(std::string(128, 'g'), "x", std::string(128, 'd'));
    set("ContentBasedDeduplication", "false");
    EXPECT_EQ(send_error({.message_group_id = "a"}).message,
              "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId "
              "provided explicitly");
    const auto batch =
        error<SendMessageBatch>({.queue_url = url_,
                                 .entries = {{.id = "1", .message_body = "x", .message_group_id = "a"},
                                             {.id = "2", .message_body = "x"}}});
    EXPECT_EQ(batch.code, "InvalidParameterValueException");
}

TEST_F(FifoTest, AHandleIsGoodWhileItsReceiveLasts) {
    send_to("a", "a1");
    const auto first = receive(1, 5);
    advance(Seconds{5});
    EXPECT_EQ(delete_error(first[0]).message,
              "Value " + *first[0].receipt_handle +
                  " for parameter ReceiptHandle is invalid. Reason: The receipt "
                  "handle has expired.");
    EXPECT_THAT(hide(first[0], 10), HasSubstr("not available for visibility timeout change"));
    const auto second = receive(1);
    EXPECT_EQ(delete_error(first[0]).code, "InvalidParameterValueException");
    const auto batch =
        call<DeleteMessageBatch>({.queue_url = url_,
                                  .entries = {{.id = "1", .receipt_handle = *first[0].receipt_handle},
                                              {.id = "2", .receipt_handle = *second[0].receipt_handle}}});
    ASSERT_TRUE(batch);
    EXPECT_EQ(*batch->failed->at(0).message, "The receipt handle has expired");
    EXPECT_EQ(batch->failed->at(0).code, "ReceiptHandleIsInvalid");
    EXPECT_EQ(batch->successful->at(0).id, "2");
    remove(second[0]);
    remove(first[0]);  // what is gone is gone
}

TEST_F(FifoTest, AnAttemptIsGivenTheSameAgain) {
    for (const char* body : {"a1", "a2", "a3"}) send_to("a", body);
    send_to("b", "b1");
    const auto first = receive_attempt("try", 2);
    advance(Seconds{20});
    const auto again = receive_attempt("try", 2);
    ASSERT_EQ(again.size(), 2u);
    EXPECT_EQ(again[0].receipt_handle, first[0].receipt_handle);
    EXPECT_EQ(again[1].receipt_handle, first[1].receipt_handle);
    EXPECT_EQ(again[0].attributes->at("ApproximateReceiveCount"), "1");
    advance(Seconds{20});
    start();
    const auto after = receive_attempt("try", 2);
    ASSERT_EQ(after.size(), 2u) << "the timeout began anew, and the attempt outlives a restart";
    EXPECT_EQ(after[1].receipt_handle, first[1].receipt_handle);
    EXPECT_THAT(bodies(receive_attempt("other")), ElementsAre("b1"));
}

TEST_F(FifoTest, AnAttemptOutlivesTheMoveOfItsMessageWithinTheLog) {
    set("VisibilityTimeout", "600");
    send_to("a", "old");
    advance(Seconds{400});
    const auto first = receive_attempt("try").at(0);
    for (int i = 0; i < 100; ++i) {
        send_to("b", std::to_string(i));
        remove(receive().at(0));
    }
    advance(Seconds{60});
    advance(Seconds{10});
    ASSERT_GT(logs_.begin(storage::LogId{1}).value(), 0u);
    start();
    const auto again = receive_attempt("try");
    ASSERT_EQ(again.size(), 1u);
    EXPECT_EQ(again[0].receipt_handle, first.receipt_handle);
}

TEST_F(FifoTest, AnAttemptIsOverWhenAMessageWasChanged) {
    send_to("a", "a1");
    send_to("b", "b1");
    const auto first = receive_attempt("try", 1);
    EXPECT_EQ(hide(first[0], 100), "");
    EXPECT_THAT(bodies(receive_attempt("try", 1)), ElementsAre("b1"));
    remove(first[0]);
    EXPECT_THAT(bodies(receive_attempt("try", 1)), ElementsAre("b1"));
    advance(Seconds{30});
    EXPECT_NE(receive_attempt("try", 1).at(0).attributes->at("ApproximateReceiveCount"), "1");
    EXPECT_THAT(
        error<ReceiveMessage>({.queue_url = url_, .receive_request_attempt_id = std::string(129, 'x')})
            .message,
        HasSubstr("ReceiveRequestAttemptId"));
}

TEST_F(FifoTest, DeadLettersKeepTheirGroupAndTheRestTheirOrder) {
    const std::string dead = create("dead.fifo", {{"FifoQueue", "true"}});
    set("RedrivePolicy",
        R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead.fifo","maxReceiveCount":1})");
    for (const char* body : {"a1", "a2", "a3"}) send_to("a", body);
    const auto first = receive(2, 0);
    advance(Seconds{1});
    EXPECT_THAT(receive_bodies(), ElementsAre("a3")) << "in the receive that moves the others";
    EXPECT_EQ(attribute("ApproximateNumberOfMessages"), "0");
    start();
    url_ = dead;
    const auto moved = receive();
    EXPECT_EQ(bodies(moved), (std::vector<std::string>{"a1", "a2"}));
    EXPECT_EQ(moved[0].attributes->at("MessageGroupId"), "a");
    EXPECT_EQ(moved[0].attributes->at("MessageDeduplicationId"), *first[0].message_id);
    EXPECT_EQ(moved[0].attributes->at("SentTimestamp"), std::to_string(to_millis(clock_.now())));
    EXPECT_EQ(moved[0].message_id, first[0].message_id);
}

TEST_F(FifoTest, AnExpiredHandleDeletesNothingOnItsWayToTheDeadLetters) {
    const std::string dead = create("dead.fifo", {{"FifoQueue", "true"}});
    set("RedrivePolicy",
        R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead.fifo","maxReceiveCount":1})");
    send_to("a", "a1");
    const auto first = receive(1, 30);
    EXPECT_EQ(hide(first[0], 0), "");
    start();  // what the log says of the receive is that it was changed
    logs_.hold_commits(true);
    const auto receiving = begin<ReceiveMessage>({.queue_url = url_});
    EXPECT_THAT(delete_error(first[0]).message, HasSubstr("The receipt handle has expired"));
    logs_.hold_commits(false);
    executor_.run_ready();
    url_ = dead;
    EXPECT_THAT(receive_bodies(), ElementsAre("a1"));
}

TEST_F(FifoTest, TheDelayIsTheQueues) {
    set("DelaySeconds", "5");
    send_to("a", "a1");
    EXPECT_EQ(attribute("ApproximateNumberOfMessagesDelayed"), "1");
    set("DelaySeconds", "0");
    send_to("a", "a2");
    EXPECT_THAT(receive_bodies(), IsEmpty()) << "a1 comes first";
    advance(Seconds{5});
    EXPECT_THAT(receive_bodies(), ElementsAre("a1", "a2"));
}

TEST_F(FifoTest, InFlightIsLimitedWithoutAnError) {
    for (std::size_t i = 0; i < QueueState::kInFlightMax; i += 10) {
        SendMessageBatchRequest batch{.queue_url = url_};
        for (std::size_t j = i; j < i + 10; ++j) {
            batch.entries.push_back({.id = std::to_string(j),
                                     .message_body = "x",
                                     .message_deduplication_id = std::to_string(j),
                                     .message_group_id = std::to_string(j / 10)});
        }
        ASSERT_TRUE(call<SendMessageBatch>(std::move(batch)));
    }
    send_to("one-more", "x", "one-more");
    const auto first = receive(10);
    for (std::size_t i = 10; i < QueueState::kInFlightMax; i += 10) ASSERT_EQ(receive(10).size(), 10u);
    EXPECT_EQ(attribute("ApproximateNumberOfMessagesNotVisible"), "120000");
    EXPECT_THAT(receive_bodies(), IsEmpty());
    remove(first[0]);
    EXPECT_EQ(receive().size(), 1u);
}

TEST_F(FifoTest, WhatMakesAQueueFifo) {
    const std::string name_error =
        "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must "
        "end "
        "with .fifo suffix and be 1 to 80 in length.";
    EXPECT_EQ(error<CreateQueue>({.queue_name = "a", .attributes = {{{"FifoQueue", "true"}}}}).message,
              name_error);
    EXPECT_EQ(error<CreateQueue>({.queue_name = ".fifo", .attributes = {{{"FifoQueue", "true"}}}}).message,
              name_error);
    EXPECT_EQ(error<CreateQueue>({.queue_name = "a.fifo"}).message,
              "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
    EXPECT_EQ(error<CreateQueue>({.queue_name = "a.fifo", .attributes = {{{"FifoQueue", "false"}}}}).message,
              "Unknown Attribute FifoQueue.");
    create(std::string(75, 'q') + ".fifo", {{"FifoQueue", "true"}});
    EXPECT_EQ(error<CreateQueue>(
                  {.queue_name = std::string(76, 'q') + ".fifo", .attributes = {{{"FifoQueue", "true"}}}})
                  .message,
              name_error);
    EXPECT_EQ(attribute("FifoQueue"), "true");
    EXPECT_EQ(attribute("DeduplicationScope"), "queue");
    EXPECT_EQ(attribute("FifoThroughputLimit"), "perQueue");
    start();
    EXPECT_EQ(attribute("ContentBasedDeduplication"), "true");
}

TEST_F(FifoTest, AttributesOfFifoQueuesAndOfOthers) {
    const auto refused = [&](const std::string& name, const std::string& value) {
        return error<SetQueueAttributes>({.queue_url = url_, .attributes = {{name, value}}});
    };
    EXPECT_EQ(refused("FifoQueue", "false").message,
              "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.");
    set("FifoQueue", "true");
    const std::string reason =
        " Reason: To set FifoThroughputLimit to perMessageGroupId, the DeduplicationScope must be "
        "messageGroup.";
    EXPECT_EQ(refused("FifoThroughputLimit", "perMessageGroupId").message,
              "Invalid value for the parameter FifoThroughputLimit." + reason);
    set("DeduplicationScope", "messageGroup");
    set("FifoThroughputLimit", "perMessageGroupId");
    EXPECT_EQ(refused("DeduplicationScope", "queue").message,
              "Invalid value for the parameter DeduplicationScope." + reason);
    EXPECT_EQ(refused("DeduplicationScope", "group").code, "InvalidAttributeValue");
    const auto first = send_to("a", "x");
    EXPECT_NE(send_to("b", "x").message_id, first.message_id) << "another group";
    EXPECT_EQ(send_to("a", "x").message_id, first.message_id);

    url_ = create("standard");
    EXPECT_EQ(refused("FifoQueue", "true").message, "Unknown Attribute FifoQueue.");
    EXPECT_EQ(refused("ContentBasedDeduplication", "true").message,
              "Unknown Attribute ContentBasedDeduplication.");
    EXPECT_EQ(refused("FifoThroughputLimit", "perQueue").message,
              "You can specify the FifoThroughputLimit only when FifoQueue is set to true.");
    EXPECT_EQ(
        refused("RedrivePolicy", R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:orders.fifo",)"
                                 R"("maxReceiveCount":1})")
            .code,
        "InvalidParameterValueException");
}

}  // namespace
}  // namespace millrace::sqs
