#include "aws/protocol/query.h"

#include <gtest/gtest.h>

#include "api/cloudformation.h"
#include "api/iam.h"
#include "api/sqs.h"
#include "aws/protocol/parameters.h"

namespace millrace::aws {
namespace {

template <class Op>
Outcome<typename Op::Input> decode(std::string_view body, Violations* violations = nullptr) {
    typename Op::Input input;
    Violations own;
    auto decoded = decode_query(codec::parse_form(body).value(), *Op::model().input, &input,
                                violations == nullptr ? own : *violations);
    if (!decoded) return std::unexpected(decoded.error());
    return input;
}

// Bodies as AWS's Python client sends them.

TEST(Query, DecodesListsOfStructures) {
    auto input = decode<api::cloudformation::CreateStack>(
        "Action=CreateStack&Version=2010-05-15&StackName=st&TemplateBody=%7B%22a%22%3A+1%7D"
        "&Parameters.member.1.ParameterKey=K&Parameters.member.1.ParameterValue=V+1"
        "&Capabilities.member.1=CAPABILITY_IAM&DisableRollback=false&Tags=");
    ASSERT_TRUE(input.has_value());
    EXPECT_EQ(input->stack_name, "st");
    EXPECT_EQ(input->template_body, "{\"a\": 1}");
    ASSERT_EQ(input->parameters.value().size(), 1U);
    EXPECT_EQ(input->parameters->front().parameter_value, "V 1");
    EXPECT_EQ(input->capabilities, std::vector<std::string>{"CAPABILITY_IAM"});
    EXPECT_EQ(input->disable_rollback, false);
    ASSERT_TRUE(input->tags.has_value());
    EXPECT_TRUE(input->tags->empty());
}

TEST(Query, DecodesSqsFlattenedListsAndMaps) {
    auto input = decode<api::sqs::SendMessageBatch>(
        "Action=SendMessageBatch&Version=2012-11-05&QueueUrl=http%3A%2F%2Flocalhost%3A4566%2F000000000000%2Fq"
        "&SendMessageBatchRequestEntry.1.Id=1&SendMessageBatchRequestEntry.1.MessageBody=x"
        "&SendMessageBatchRequestEntry.1.MessageAttribute.1.Name=city"
        "&SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.DataType=String"
        "&SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.StringValue=Z%C3%BCrich+%26+co"
        "&SendMessageBatchRequestEntry.1.MessageAttribute.2.Name=n"
        "&SendMessageBatchRequestEntry.1.MessageAttribute.2.Value.DataType=Binary"
        "&SendMessageBatchRequestEntry.1.MessageAttribute.2.Value.BinaryValue=AP8%3D"
        "&SendMessageBatchRequestEntry.2.Id=2&SendMessageBatchRequestEntry.2.MessageBody=y"
        "&SendMessageBatchRequestEntry.2.DelaySeconds=4");
    ASSERT_TRUE(input.has_value());
    EXPECT_EQ(input->queue_url, "http://localhost:4566/000000000000/q");
    ASSERT_EQ(input->entries.size(), 2U);
    const auto& attributes = input->entries[0].message_attributes.value();
    EXPECT_EQ(attributes.at("city").string_value, "Z\xc3\xbcrich & co");
    EXPECT_EQ(attributes.at("n").binary_value, std::string("\0\xff", 2));
    EXPECT_EQ(input->entries[1].delay_seconds, 4);
}

TEST(Query, DecodesSqsAttributesAndTags) {
    auto input = decode<api::sqs::CreateQueue>(
        "Action=CreateQueue&Version=2012-11-05&QueueName=q&Attribute.1.Name=VisibilityTimeout&Attribute.1."
        "Value=3"
        "&Attribute.2.Name=DelaySeconds&Attribute.2.Value=1&Tag.1.Key=a&Tag.1.Value=b");
    ASSERT_TRUE(input.has_value());
    EXPECT_EQ(input->attributes,
              (std::map<std::string, std::string>{{"DelaySeconds", "1"}, {"VisibilityTimeout", "3"}}));
    EXPECT_EQ(input->tags, (std::map<std::string, std::string>{{"a", "b"}}));
}

// As the samples in SQS's reference are written.
TEST(Query, AFlattenedListOrMapOfOneNeedsNoNumber) {
    const auto one = decode<api::sqs::SetQueueAttributes>(
        "QueueUrl=u&Attribute.Name=VisibilityTimeout&Attribute.Value=35");
    ASSERT_TRUE(one.has_value());
    EXPECT_EQ(one->attributes, (std::map<std::string, std::string>{{"VisibilityTimeout", "35"}}));
    const auto all = decode<api::sqs::GetQueueAttributes>("QueueUrl=u&AttributeName=All");
    ASSERT_TRUE(all.has_value());
    EXPECT_EQ(all->attribute_names, std::vector<std::string>{"All"});
    Violations violations;
    EXPECT_TRUE(decode<api::sqs::SetQueueAttributes>("QueueUrl=u&Attribute.Name=x", &violations).has_value());
    EXPECT_FALSE(violations.empty()) << "a name without a value";
}

// botocore 1.29 names the member where it otherwise names the items.
TEST(Query, AnEmptyFlattenedListIsNotAMissingOne) {
    Violations violations;
    auto input = decode<api::sqs::SendMessageBatch>("QueueUrl=u&Entries=", &violations);
    ASSERT_TRUE(input.has_value());
    EXPECT_TRUE(violations.empty());
    EXPECT_TRUE(input->entries.empty());
    EXPECT_TRUE(decode<api::sqs::SendMessageBatch>("QueueUrl=u", &violations).has_value());
    EXPECT_FALSE(violations.empty());
}

TEST(Query, ListsAreInTheOrderOfTheirNumbers) {
    auto input = decode<api::sqs::ReceiveMessage>(
        "QueueUrl=u&AttributeName.10=c&AttributeName.2=b&AttributeName.1=a&AttributeName.x=z&AttributeName."
        "03=z");
    ASSERT_TRUE(input.has_value());
    EXPECT_EQ(input->attribute_names, (std::vector<std::string>{"a", "b", "c"}));
}

TEST(Query, RefusesWhatIsNoNumber) {
    for (const char* text : {"abc", "", "1.5", "99999999999", "1x", "+1"}) {
        auto input = decode<api::sqs::ReceiveMessage>(std::string("QueueUrl=u&WaitTimeSeconds=") +
                                                      (std::string(text) == "+1" ? "%2B1" : text));
        ASSERT_FALSE(input.has_value()) << text;
        EXPECT_EQ(query_error_code(input.error()), "MalformedInput");
    }
}

TEST(Query, NotesWhatIsMissing) {
    Violations violations;
    ASSERT_TRUE(decode<api::iam::CreateRole>("RoleName=r", &violations).has_value());
    const ServiceError error = violations.to_error(api::iam::service_model());
    EXPECT_EQ(error.code, "ValidationError");
    EXPECT_EQ(
        error.message,
        "1 validation error detected: Value null at 'assumeRolePolicyDocument' failed to satisfy constraint: "
        "Member must not be null");
}

TEST(Query, HalfAMapEntryIsMissing) {
    Violations violations;
    ASSERT_TRUE(
        decode<api::sqs::CreateQueue>("QueueName=q&Attribute.1.Name=DelaySeconds", &violations).has_value());
    EXPECT_EQ(violations.to_error(api::sqs::service_model()).message,
              "The request must contain the parameter Attributes.");
}

TEST(Query, EncodesResults) {
    api::sqs::ReceiveMessageResult output;
    api::sqs::Message& message = output.messages.emplace().emplace_back();
    message.body = "<a&b>";
    message.attributes.emplace()["SentTimestamp"] = "17";
    EXPECT_EQ(
        encode_query_response(api::sqs::ReceiveMessage::model(), &output, "id-1"),
        "<?xml version=\"1.0\"?><ReceiveMessageResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\">"
        "<ReceiveMessageResult><Message><Body>&lt;a&amp;b&gt;</Body><Attribute><Name>SentTimestamp</Name>"
        "<Value>17</Value></Attribute></Message></ReceiveMessageResult><ResponseMetadata>"
        "<RequestId>id-1</RequestId></ResponseMetadata></ReceiveMessageResponse>");
}

TEST(Query, EncodesListsWithMembersAndTimes) {
    api::cloudformation::DescribeStacksOutput output;
    api::cloudformation::Stack& stack = output.stacks.emplace().emplace_back();
    stack.stack_name = "st";
    stack.creation_time = from_millis(1'700'000'000'123);
    stack.stack_status = "CREATE_COMPLETE";
    const std::string xml =
        encode_query_response(api::cloudformation::DescribeStacks::model(), &output, "id");
    EXPECT_NE(xml.find("<DescribeStacksResult><Stacks><member><StackName>st</StackName>"), std::string::npos)
        << xml;
    EXPECT_NE(xml.find("<CreationTime>2023-11-14T22:13:20.123Z</CreationTime>"), std::string::npos) << xml;
}

TEST(Query, EncodesErrors) {
    EXPECT_EQ(
        encode_query_error(&api::sqs::service_model(), api::sqs::queue_does_not_exist("Not there."), "id-1"),
        "<?xml version=\"1.0\"?><ErrorResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\"><Error>"
        "<Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code><Message>Not there.</Message>"
        "<Detail/></Error><RequestId>id-1</RequestId></ErrorResponse>");
}

TEST(Parameters, TheFirstOfEqualNamesCounts) {
    const codec::Form form = {{"a", "1"}, {"b", "2"}, {"a", "3"}};
    const Parameters parameters(form);
    EXPECT_EQ(*parameters.find("a"), "1");
    EXPECT_EQ(parameters.find("c"), nullptr);
    EXPECT_FALSE(parameters.contains("c"));
}

}  // namespace
}  // namespace millrace::aws
