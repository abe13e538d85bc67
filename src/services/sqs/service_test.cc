// The operations' checks and answers, and queues as a whole.
#include "services/sqs/catalog_survey.h"
#include "services/sqs/limits.h"
#include "services/sqs/queue_description.h"
#include "services/sqs/service_fixture.h"

namespace millrace::sqs {
namespace {

using namespace api::sqs;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class QueuesTest : public ServiceFixture {};

TEST_F(QueuesTest, MessagesThatASalvageCouldNotReadAreSteppedOver) {
    create("orders");
    for (const char* body : {"a", "b", "c", "d", "e"}) send(body);
    remove(receive(1).front());  // entry 5 deletes "a"
    storage::CatalogSurvey survey;
    survey_catalog({{catalog_->list(kQueuesPrefix).front()}}, survey);
    ASSERT_EQ(survey.logs.size(), 1U);
    const storage::LogId log = survey.logs.begin()->first;
    EXPECT_EQ(survey.logs.at(log), "queue orders (000000000000, us-east-1)");
    logs_.lose(log, storage::Offset{1}, storage::Offset{3});
    logs_.lose(log, storage::Offset{5}, storage::Offset{1ULL << 30});
    start();
    EXPECT_EQ(attribute("ApproximateNumberOfMessages"), "3");
    const auto received = receive();
    EXPECT_EQ(bodies(received), (std::vector<std::string>{"a", "d", "e"}))
        << "a deletion that is lost comes back";
    for (const auto& message : received) remove(message);
    send("new");
    EXPECT_EQ(receive_bodies(), std::vector<std::string>{"new"});
    start();
    EXPECT_EQ(attribute("ApproximateNumberOfMessagesNotVisible"), "1");
}

TEST_F(QueuesTest, CreateIsIdempotentForTheSameAttributes) {
    EXPECT_EQ(create("orders", {{"VisibilityTimeout", "40"}}), url_);
    EXPECT_EQ(create("orders", {{"VisibilityTimeout", "040"}}), url_);
    EXPECT_EQ(create("orders"), url_);
    const auto different =
        error<CreateQueue>({.queue_name = "orders", .attributes = {{{"VisibilityTimeout", "41"}}}});
    EXPECT_EQ(different.code, "QueueNameExists");
    EXPECT_EQ(different.query_code, "QueueAlreadyExists");
    EXPECT_EQ(
        different.message,
        "A queue already exists with the same name and a different value for attribute VisibilityTimeout");
}

TEST_F(QueuesTest, CreateRefusesBadNames) {
    EXPECT_EQ(create(std::string(80, 'q')).size(), url_.size() - 6 + 80);
    EXPECT_EQ(error<CreateQueue>({.queue_name = std::string(81, 'q')}).code,
              "InvalidParameterValueException");
    EXPECT_EQ(error<CreateQueue>({.queue_name = "a b"}).message,
              "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
    EXPECT_EQ(error<CreateQueue>({.queue_name = "a", .attributes = {{{"Colour", "red"}}}}).code,
              "InvalidAttributeName");
}

TEST_F(QueuesTest, ACreationThatCannotBeWrittenLeavesNothing) {
    logs_.fail_writes(Error{ErrorCode::kUnavailable, "disk"});
    EXPECT_GE(error<CreateQueue>({.queue_name = "orders"}).http_status, 500);
    logs_.fail_writes(std::nullopt);
    EXPECT_EQ(error<GetQueueUrl>({.queue_name = "orders"}).code, "QueueDoesNotExist");
}

TEST_F(QueuesTest, ARefusedChangeOfAttributesIsUndone) {
    create("orders");
    logs_.fail_writes(Error{ErrorCode::kUnavailable, "disk"});
    EXPECT_GE(
        error<SetQueueAttributes>({.queue_url = url_, .attributes = {{"DelaySeconds", "9"}}}).http_status,
        500);
    logs_.fail_writes(std::nullopt);
    EXPECT_EQ(attribute("DelaySeconds"), "0");
}

TEST_F(QueuesTest, UrlsOfAnyHostAndPath) {
    create("orders");
    for (const char* url : {"https://sqs.us-east-1.amazonaws.com/000000000000/orders",
                            "http://elsewhere/queue/000000000000/orders", "orders"}) {
        EXPECT_TRUE(call<GetQueueAttributes>({.queue_url = url})) << url;
    }
    EXPECT_EQ(error<GetQueueAttributes>({.queue_url = ""}).query_code, "MissingParameter");
    EXPECT_EQ(error<GetQueueAttributes>({.queue_url = "http://localhost/"}).code, "InvalidAddress");
    const auto none = error<GetQueueAttributes>({.queue_url = "http://localhost/000000000001/orders"});
    EXPECT_EQ(none.query_code, "AWS.SimpleQueueService.NonExistentQueue");
    EXPECT_EQ(none.message, "The specified queue does not exist.");
    EXPECT_EQ(none.query_message, "The specified queue does not exist for this wsdl version.");
}

TEST_F(QueuesTest, ScopesAreApart) {
    create("orders");
    context_.scope.region = "eu-west-1";
    EXPECT_EQ(error<GetQueueUrl>({.queue_name = "orders"}).code, "QueueDoesNotExist");
    EXPECT_FALSE(call<ListQueues>({})->queue_urls);
    context_.scope = {"123456789012", "us-east-1"};
    EXPECT_EQ(error<GetQueueUrl>({.queue_name = "orders"}).code, "QueueDoesNotExist");
    EXPECT_EQ(
        *call<GetQueueUrl>({.queue_name = "orders", .queue_owner_aws_account_id = "000000000000"})->queue_url,
        url_);
}

TEST_F(QueuesTest, ListByPrefixAndPage) {
    for (const char* name : {"b2", "a", "b1", "c", "b3"}) create(name);
    const auto names = [this](ListQueuesRequest request) {
        auto page = call<ListQueues>(std::move(request));
        std::vector<std::string> names;
        for (const std::string& url : page->queue_urls.value_or(std::vector<std::string>())) {
            names.push_back(url.substr(url.rfind('/') + 1));
        }
        return std::pair(names, page->next_token);
    };
    EXPECT_THAT(names({}).first, ElementsAre("a", "b1", "b2", "b3", "c"));
    EXPECT_EQ(names({}).second, std::nullopt);
    const auto page = names({.queue_name_prefix = "b", .max_results = 2});
    EXPECT_THAT(page.first, ElementsAre("b1", "b2"));
    ASSERT_TRUE(page.second);
    const auto rest = names({.queue_name_prefix = "b", .next_token = page.second, .max_results = 2});
    EXPECT_THAT(rest.first, ElementsAre("b3"));
    EXPECT_EQ(rest.second, std::nullopt);
    EXPECT_EQ(error<ListQueues>({.max_results = 0}).code, "InvalidParameterValueException");
    EXPECT_EQ(error<ListQueues>({.max_results = 1'001}).code, "InvalidParameterValueException");
    EXPECT_EQ(error<ListQueues>({.next_token = "?"}).code, "InvalidParameterValueException");
}

TEST_F(QueuesTest, AttributesAreShownSetAndKept) {
    create("orders", {{"Policy", R"({"Version":"2012-10-17"})"}});
    advance(Seconds{5});
    set("VisibilityTimeout", "7");
    const auto all =
        call<GetQueueAttributes>({.queue_url = url_, .attribute_names = {{"All"}}})->attributes.value();
    EXPECT_EQ(all.at("QueueArn"), "arn:aws:sqs:us-east-1:000000000000:orders");
    EXPECT_EQ(all.at("VisibilityTimeout"), "7");
    EXPECT_EQ(all.at("CreatedTimestamp"), "1700000000");
    EXPECT_EQ(all.at("LastModifiedTimestamp"), "1700000005");
    EXPECT_EQ(all.at("ApproximateNumberOfMessages"), "0");
    EXPECT_EQ(all.at("Policy"), R"({"Version":"2012-10-17"})");
    EXPECT_FALSE(all.contains("RedrivePolicy"));
    EXPECT_FALSE(call<GetQueueAttributes>({.queue_url = url_})->attributes);
    EXPECT_EQ(error<GetQueueAttributes>({.queue_url = url_, .attribute_names = {{"Colour"}}}).message,
              "Unknown Attribute Colour.");
    start();
    EXPECT_EQ(call<GetQueueAttributes>({.queue_url = url_, .attribute_names = {{"All"}}})->attributes.value(),
              all);
}

TEST_F(QueuesTest, Tags) {
    ASSERT_TRUE(call<CreateQueue>({.queue_name = "orders", .tags = {{{"a", "1"}}}}));
    EXPECT_TRUE(call<TagQueue>({.queue_url = url_, .tags = {{"b", "2"}, {"a", "3"}}}));
    EXPECT_TRUE(call<UntagQueue>({.queue_url = url_, .tag_keys = {"b", "none"}}));
    start();
    EXPECT_THAT(*call<ListQueueTags>({.queue_url = url_})->tags, ElementsAre(std::pair("a", "3")));
    std::map<std::string, std::string> many;
    for (std::size_t i = 0; i < kTagsMax; ++i) many.emplace("k" + std::to_string(i), "");
    EXPECT_EQ(error<TagQueue>({.queue_url = url_, .tags = many}).code, "InvalidParameterValueException");
    many.erase("k0");
    EXPECT_TRUE(call<TagQueue>({.queue_url = url_, .tags = many}));
}

TEST_F(QueuesTest, DeletingAndCreatingAgainGivesAnEmptyQueue) {
    create("orders");
    send("x");
    const auto message = receive().at(0);
    EXPECT_TRUE(call<DeleteQueue>({.queue_url = url_}));
    EXPECT_EQ(error<DeleteQueue>({.queue_url = url_}).code, "QueueDoesNotExist");
    create("orders");
    start();
    EXPECT_THAT(receive(), IsEmpty());
    EXPECT_EQ(error<DeleteMessage>({.queue_url = url_, .receipt_handle = *message.receipt_handle}).code,
              "ReceiptHandleIsInvalid");
}

TEST_F(QueuesTest, TheLogOfADeletedQueueIsGivenBack) {
    create("orders");
    send("x");
    EXPECT_TRUE(call<DeleteQueue>({.queue_url = url_}));
    EXPECT_EQ(logs_.end(storage::LogId{1}), storage::Offset{0});
    EXPECT_THAT(catalog_->list("sqs/"), IsEmpty());
}

TEST_F(QueuesTest, AlsoWhenACrashCameBetween) {
    create("orders");
    send("x");
    catalog_->commit(
        {.puts = {{"sqs/removed/1", "{}"}}, .erases = {"sqs/queues/000000000000/us-east-1/orders"}},
        [](const auto&) {});
    executor_.run_ready();
    start();
    EXPECT_EQ(logs_.end(storage::LogId{1}), storage::Offset{0});
    EXPECT_THAT(catalog_->list("sqs/"), IsEmpty());
}

TEST_F(QueuesTest, AwsSixtySecondsAfterADeletionWhenAskedFor) {
    start(true);
    create("orders");
    ASSERT_TRUE(call<DeleteQueue>({.queue_url = url_}));
    advance(Milliseconds{59'999});
    EXPECT_EQ(error<CreateQueue>({.queue_name = "orders"}).code, "QueueDeletedRecently");
    advance(Milliseconds{1});
    create("orders");
}

TEST_F(QueuesTest, ADamagedLogIsNotSkipped) {
    create("orders");
    logs_.append({{storage::LogId{1}, clock_.now(), SharedBytes{"not a record"}}}, [](const auto&) {});
    executor_.run_ready();
    start();
    EXPECT_FALSE(service_);
    EXPECT_THAT(open_error_, HasSubstr("arn:aws:sqs:us-east-1:000000000000:orders, offset 0"));
}

class MessagesTest : public ServiceFixture {
  protected:
    MessagesTest() { create("orders"); }

    aws::ServiceError refused(SendMessageRequest request) {
        request.queue_url = url_;
        return error<SendMessage>(std::move(request));
    }
    aws::ServiceError refused_attribute(const std::string& name, MessageAttributeValue value) {
        return refused({.message_body = "x", .message_attributes = {{{name, std::move(value)}}}});
    }
};

TEST_F(MessagesTest, AMessageComesBackWithItsAttributes) {
    const SendMessageRequest request{
        .queue_url = url_,
        .message_body = "hello",
        .message_attributes = {{{"order.id", {.string_value = "7", .data_type = "Number"}},
                                {"raw",
                                 {.binary_value = std::string("\0\xff", 2), .data_type = "Binary.png"}}}},
        .message_system_attributes = {{{"AWSTraceHeader",
                                        {.string_value = "Root=1-5759e988", .data_type = "String"}}}},
        .message_group_id = "tenant"};
    const auto sent = call<SendMessage>(request);
    ASSERT_TRUE(sent) << sent.error().message;
    EXPECT_EQ(sent->md5_of_message_body, "5d41402abc4b2a76b9719d911017c592");
    EXPECT_TRUE(sent->md5_of_message_system_attributes);
    const std::string now = std::to_string(to_millis(clock_.now()));
    const auto message = receive().at(0);
    EXPECT_EQ(message.message_id, sent->message_id);
    EXPECT_EQ(message.md5_of_body, sent->md5_of_message_body);
    EXPECT_EQ(message.md5_of_message_attributes, sent->md5_of_message_attributes);
    EXPECT_EQ(message.message_attributes, request.message_attributes);
    EXPECT_THAT(*message.attributes,
                ElementsAre(std::pair("AWSTraceHeader", "Root=1-5759e988"),
                            std::pair("ApproximateFirstReceiveTimestamp", now),
                            std::pair("ApproximateReceiveCount", "1"), std::pair("MessageGroupId", "tenant"),
                            std::pair("SenderId", "AKIAEXAMPLE"), std::pair("SentTimestamp", now)));
}

TEST_F(MessagesTest, OnlyWhatIsAskedForIsShown) {
    ASSERT_TRUE(
        call<SendMessage>({.queue_url = url_,
                           .message_body = "x",
                           .message_attributes = {{{"a.b", {.string_value = "1", .data_type = "String"}},
                                                   {"c", {.string_value = "2", .data_type = "String"}}}}}));
    const auto plain = call<ReceiveMessage>({.queue_url = url_, .visibility_timeout = 0})->messages->at(0);
    EXPECT_FALSE(plain.attributes || plain.message_attributes || plain.md5_of_message_attributes);
    const auto some =
        call<ReceiveMessage>(
            {.queue_url = url_, .attribute_names = {{"SentTimestamp"}}, .message_attribute_names = {{"a.*"}}})
            ->messages->at(0);
    EXPECT_THAT(*some.attributes, SizeIs(1));
    EXPECT_THAT(*some.message_attributes, SizeIs(1));
    EXPECT_EQ(error<ReceiveMessage>({.queue_url = url_, .attribute_names = {{"Colour"}}}).code,
              "InvalidAttributeName");
}

TEST_F(MessagesTest, SizeAtTheLimitAndOnePast) {
    EXPECT_TRUE(call<SendMessage>({.queue_url = url_, .message_body = std::string(1_MiB, 'x')}));
    const auto past = refused({.message_body = std::string(1_MiB + 1, 'x')});
    EXPECT_EQ(past.query_code, "InvalidParameterValue");
    EXPECT_EQ(past.message,
              "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.");
    set("MaximumMessageSize", "1024");
    MessageAttributeValue value{.string_value = "12345", .data_type = "String"};
    EXPECT_EQ(
        refused({.message_body = std::string(1'024 - 12, 'x'), .message_attributes = {{{"a", value}}}}).code,
        "");
    EXPECT_THAT(
        refused({.message_body = std::string(1'024 - 11, 'x'), .message_attributes = {{{"a", value}}}})
            .message,
        HasSubstr("shorter than 1024 bytes"));
}

TEST_F(MessagesTest, AnEntryThatIsTooLongFailsAlone) {
    set("MaximumMessageSize", "1024");
    const auto sent =
        call<SendMessageBatch>({.queue_url = url_,
                                .entries = {{.id = "1", .message_body = std::string(1'025, 'x')},
                                            {.id = "2", .message_body = "x"}}});
    ASSERT_TRUE(sent);
    EXPECT_EQ(sent->failed->at(0).message,
              "One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.");
    EXPECT_THAT(receive_bodies(), testing::ElementsAre("x"));
}

TEST_F(MessagesTest, TheTraceOfTheRequestIsTheMessagesUnlessItHasOne) {
    const auto trace = [&](std::map<std::string, MessageSystemAttributeValue> given) {
        auto sent = call<SendMessage>(
            {.queue_url = url_, .message_body = "x", .message_system_attributes = std::move(given)});
        EXPECT_TRUE(sent);
        const auto shown = *receive().at(0).attributes;
        return shown.contains("AWSTraceHeader") ? shown.at("AWSTraceHeader") : "none";
    };
    EXPECT_EQ(trace({}), "none");
    context_.trace_header = "Root=1-2";
    EXPECT_EQ(trace({}), "Root=1-2");
    EXPECT_EQ(trace({{"AWSTraceHeader", {.string_value = "Root=3-4", .data_type = "String"}}}), "Root=3-4");
    context_.trace_header = std::string(2'000, 'x');
    EXPECT_EQ(trace({}), "none");
}

TEST_F(MessagesTest, BodyRules) {
    EXPECT_EQ(refused({.message_body = ""}).message, "The request must contain the parameter MessageBody.");
    EXPECT_EQ(refused({.message_body = "a\x01"}).code, "InvalidMessageContents");
    EXPECT_EQ(refused({.message_body = "\xEF\xBF\xBF"}).code, "InvalidMessageContents");
}

TEST_F(MessagesTest, DelayAndFifoParameters) {
    EXPECT_EQ(refused({.message_body = "x", .delay_seconds = 900}).code, "");
    EXPECT_EQ(
        refused({.message_body = "x", .delay_seconds = 901}).message,
        "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.");
    EXPECT_EQ(refused({.message_body = "x", .delay_seconds = -1}).code, "InvalidParameterValueException");
    EXPECT_THAT(refused({.message_body = "x", .message_deduplication_id = "d"}).message,
                HasSubstr("not valid for this queue type"));
    EXPECT_EQ(refused({.message_body = "x", .message_group_id = std::string(128, 'g')}).code, "");
    EXPECT_EQ(refused({.message_body = "x", .message_group_id = std::string(129, 'g')}).code,
              "InvalidParameterValueException");
}

TEST_F(MessagesTest, AttributeRules) {
    std::map<std::string, MessageAttributeValue> many;
    for (int i = 0; i < 10; ++i) many["a" + std::to_string(i)] = {.string_value = "v", .data_type = "String"};
    EXPECT_EQ(refused({.message_body = "x", .message_attributes = many}).code, "");
    many["one more"] = {.string_value = "v", .data_type = "String"};
    EXPECT_EQ(refused({.message_body = "x", .message_attributes = many}).message,
              "Number of message attributes [11] exceeds the allowed maximum [10].");

    const MessageAttributeValue text{.string_value = "v", .data_type = "String"};
    EXPECT_EQ(refused_attribute(std::string(256, 'n'), text).code, "");
    EXPECT_EQ(refused_attribute("attr.1øßä", text).code, "") << "letters of any script";
    for (const std::string& name :
         {std::string(257, 'n'), std::string(""), std::string(".a"), std::string("a."), std::string("a..b"),
          std::string("a b"), std::string("§"), std::string("\xff"), std::string("AWS.x"),
          std::string("amazon.x")}) {
        EXPECT_EQ(refused_attribute(name, text).code, "InvalidParameterValueException") << name;
    }
    EXPECT_THAT(refused_attribute("a", {.string_value = "v", .data_type = ""}).message,
                HasSubstr("non-empty message attribute type"));
    EXPECT_THAT(
        refused_attribute("a", {.string_value = "v", .data_type = "Text"}).message,
        HasSubstr("You must use only the following supported type prefixes: Binary, Number, String."));
    EXPECT_EQ(refused_attribute("a", {.string_value = "", .data_type = "String"}).message,
              "Message (user) attribute 'a' must contain a non-empty value of type 'String'.");
    EXPECT_EQ(refused_attribute("a", {.string_value = "v", .data_type = "Binary"}).message,
              "Message (user) attribute 'a' must contain a non-empty value of type 'Binary'.");
    EXPECT_THAT(refused_attribute("a", {.string_value = "\x01", .data_type = "String"}).message,
                HasSubstr("Invalid characters"));
    EXPECT_EQ(refused_attribute("a", {.string_list_values = {{"v"}}, .data_type = "String"}).code,
              "UnsupportedOperation");
    for (const char* number : {"1", "-1.5", "+2", "1e300", "0.000000000000000000001"}) {
        EXPECT_EQ(refused_attribute("n", {.string_value = number, .data_type = "Number.x"}).code, "")
            << number;
    }
    for (const char* none : {"one", "nan", "1x", "--1", "inf"}) {
        EXPECT_EQ(refused_attribute("n", {.string_value = none, .data_type = "Number"}).message,
                  "Can't cast the value of message (user) attribute 'n' to a number.")
            << none;
    }
}

TEST_F(MessagesTest, ReceiveParameters) {
    const auto check = [this](ReceiveMessageRequest request) {
        request.queue_url = url_;
        return error<ReceiveMessage>(std::move(request)).message;
    };
    EXPECT_EQ(check({.max_number_of_messages = 11}),
              "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if "
              "provided.");
    EXPECT_THAT(check({.max_number_of_messages = 0}), HasSubstr("MaxNumberOfMessages"));
    EXPECT_EQ(
        check({.wait_time_seconds = 21}),
        "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.");
    EXPECT_THAT(check({.wait_time_seconds = -1}), HasSubstr("WaitTimeSeconds"));
    EXPECT_THAT(check({.visibility_timeout = 43'201}), HasSubstr("VisibilityTimeout"));
    EXPECT_EQ(check({.visibility_timeout = 43'200}), "no error");
}

TEST_F(MessagesTest, BatchRules) {
    const auto check = [this](std::vector<std::string> ids) {
        SendMessageBatchRequest request{.queue_url = url_};
        for (std::string& id : ids) request.entries.push_back({.id = std::move(id), .message_body = "x"});
        return error<SendMessageBatch>(std::move(request));
    };
    EXPECT_EQ(check({}).query_code, "AWS.SimpleQueueService.EmptyBatchRequest");
    EXPECT_EQ(check({}).message, "There should be at least one SendMessageBatchRequestEntry in the request.");
    EXPECT_EQ(check({"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}).code, "");
    EXPECT_EQ(check({"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"}).message,
              "Maximum number of entries per request are 10. You have sent 11.");
    EXPECT_EQ(check({"a", "a"}).message, "Id a repeated.");
    EXPECT_EQ(check({"a b"}).code, "InvalidBatchEntryId");
    EXPECT_EQ(check({""}).code, "InvalidBatchEntryId");
    EXPECT_EQ(check({std::string(81, 'a')}).code, "InvalidBatchEntryId");
}

TEST_F(MessagesTest, ABatchIsAtMostOneMebibyteTogether) {
    const std::string half(512_KiB, 'x');
    EXPECT_TRUE(call<SendMessageBatch>(
        {.queue_url = url_,
         .entries = {{.id = "1", .message_body = half}, {.id = "2", .message_body = half}}}));
    const auto past = error<SendMessageBatch>(
        {.queue_url = url_,
         .entries = {{.id = "1", .message_body = half}, {.id = "2", .message_body = half + "x"}}});
    EXPECT_EQ(past.code, "BatchRequestTooLong");
    EXPECT_EQ(past.message,
              "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.");
}

TEST_F(MessagesTest, EntriesFailAlone) {
    const auto result =
        call<SendMessageBatch>({.queue_url = url_,
                                .entries = {{.id = "good", .message_body = "x"},
                                            {.id = "bad", .message_body = "\x02"},
                                            {.id = "late", .message_body = "x", .delay_seconds = 901}}});
    ASSERT_TRUE(result);
    ASSERT_THAT(*result->successful, SizeIs(1));
    EXPECT_EQ(result->successful->at(0).id, "good");
    ASSERT_THAT(*result->failed, SizeIs(2));
    EXPECT_EQ(result->failed->at(0).code, "InvalidMessageContents");
    EXPECT_EQ(result->failed->at(1).code, "InvalidParameterValue");
    EXPECT_TRUE(result->failed->at(1).sender_fault);

    const auto message = receive().at(0);
    const auto changed = call<ChangeMessageVisibilityBatch>(
        {.queue_url = url_,
         .entries = {{.id = "1", .receipt_handle = *message.receipt_handle, .visibility_timeout = 5},
                     {.id = "2", .receipt_handle = "x", .visibility_timeout = 5},
                     {.id = "3", .receipt_handle = *message.receipt_handle}}});
    EXPECT_THAT(*changed->successful, SizeIs(1));
    EXPECT_EQ(changed->failed->at(0).code, "ReceiptHandleIsInvalid");
    EXPECT_EQ(changed->failed->at(1).code, "MissingParameter");
    const auto deleted =
        call<DeleteMessageBatch>({.queue_url = url_,
                                  .entries = {{.id = "1", .receipt_handle = *message.receipt_handle},
                                              {.id = "2", .receipt_handle = "x"}}});
    EXPECT_EQ(deleted->successful->at(0).id, "1");
    EXPECT_EQ(deleted->failed->at(0).id, "2");
    const auto all = call<DeleteMessageBatch>(
        {.queue_url = url_, .entries = {{.id = "1", .receipt_handle = *message.receipt_handle}}});
    EXPECT_FALSE(all->failed) << "left out when empty";
}

}  // namespace
}  // namespace millrace::sqs
