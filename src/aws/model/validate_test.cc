#include "aws/model/validate.h"

#include <gtest/gtest.h>

#include "api/cloudformation.h"
#include "api/kinesis.h"
#include "api/lambda.h"
#include "api/logs.h"
#include "api/sqs.h"
#include "aws/model/instance.h"
#include "aws/protocol/json.h"

namespace millrace::aws {
namespace {

struct Case {
    const OperationModel& operation;
    std::string json;
    std::string code;
    std::string message;
};

/// "" when the input is as it should be.
ServiceError check(const OperationModel& operation, std::string_view json) {
    const Instance input = make_instance(*operation.input);
    Violations violations;
    auto decoded =
        decode_json(std::string(json), *operation.input, input.get(), violations, JsonMembers::kAll);
    if (!decoded) return decoded.error();
    validate(*operation.service, *operation.input, input.get(), violations);
    return violations.empty() ? ServiceError{} : violations.to_error(*operation.service);
}

TEST(Validate, SpeaksAsAwsDoes) {
    const OperationModel& put = api::kinesis::PutRecord::model();
    const OperationModel& put_all = api::kinesis::PutRecords::model();
    const OperationModel& iterator = api::kinesis::GetShardIterator::model();
    const std::string long_name(129, 's');
    const Case cases[] = {
        {put, R"({"StreamName":"s","Data":"","PartitionKey":"p"})", "", ""},
        {put, R"({"StreamName":"a b","Data":"","PartitionKey":"p"})", "ValidationException",
         "1 validation error detected: Value 'a b' at 'streamName' failed to satisfy constraint: Member must "
         "satisfy regular expression pattern: [a-zA-Z0-9_.-]+"},
        {put, R"({"StreamName":")" + long_name + R"(","Data":"","PartitionKey":"p"})", "ValidationException",
         "1 validation error detected: Value '" + long_name +
             "' at 'streamName' failed to satisfy constraint: Member must have length less than or equal to "
             "128"},
        {put_all, R"({"StreamName":"s"})", "ValidationException",
         "1 validation error detected: Value null at 'records' failed to satisfy constraint: Member must not "
         "be "
         "null"},
        {put_all, R"({"StreamName":"s","Records":[]})", "ValidationException",
         "1 validation error detected: Value '[]' at 'records' failed to satisfy constraint: Member must "
         "have "
         "length greater than or equal to 1"},
        {put_all, R"({"StreamName":"s","Records":[{"Data":"","PartitionKey":""}]})", "ValidationException",
         "1 validation error detected: Value '' at 'records.1.member.partitionKey' failed to satisfy "
         "constraint: "
         "Member must have length greater than or equal to 1"},
        {put_all, R"({"StreamName":"s","Records":[{"Data":"","PartitionKey":"p"},null]})",
         "ValidationException",
         "1 validation error detected: Value null at 'records.2.member' failed to satisfy constraint: Member "
         "must "
         "not be null"},
        {iterator, R"({"StreamName":"s","ShardId":"a b","ShardIteratorType":"EARLIEST"})",
         "ValidationException",
         "2 validation errors detected: Value 'a b' at 'shardId' failed to satisfy constraint: Member must "
         "satisfy "
         "regular expression pattern: [a-zA-Z0-9_.-]+; Value 'EARLIEST' at 'shardIteratorType' failed to "
         "satisfy "
         "constraint: Member must satisfy enum value set: [AT_SEQUENCE_NUMBER, AFTER_SEQUENCE_NUMBER, "
         "TRIM_HORIZON, LATEST, AT_TIMESTAMP]"},
        {api::kinesis::CreateStream::model(), R"({"StreamName":"s","ShardCount":0})", "ValidationException",
         "1 validation error detected: Value '0' at 'shardCount' failed to satisfy constraint: Member must "
         "have "
         "value greater than or equal to 1"},
        {api::cloudformation::CreateStack::model(), R"({"StackName":"s","Capabilities":["ALL"]})",
         "ValidationError",
         "1 validation error detected: Value '[ALL]' at 'capabilities' failed to satisfy constraint: Member "
         "must "
         "satisfy constraint: [Member must satisfy enum value set: [CAPABILITY_IAM, CAPABILITY_NAMED_IAM, "
         "CAPABILITY_AUTO_EXPAND]]"},
        {api::lambda::UpdateFunctionConfiguration::model(),
         R"({"FunctionName":"f","Environment":{"Variables":{"1":"x"}}})", "ValidationException",
         "1 validation error detected: Value '{1=x}' at 'environment.variables' failed to satisfy "
         "constraint: Map "
         "keys must satisfy constraint: [Member must satisfy regular expression pattern: "
         "[a-zA-Z]([a-zA-Z0-9_])+]"},
        {api::logs::CreateLogGroup::model(), R"({"logGroupName":"a b"})", "InvalidParameterException",
         "1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: Member "
         "must "
         "satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+"},
    };
    for (const Case& test : cases) {
        const ServiceError error = check(test.operation, test.json);
        EXPECT_EQ(error.code, test.code) << test.json;
        EXPECT_EQ(error.message, test.message) << test.json;
    }
}

TEST(Validate, SqsNamesTheMissingParameter) {
    const ServiceError error = check(api::sqs::SendMessage::model(), R"({"QueueUrl":"u"})");
    EXPECT_EQ(error.message, "The request must contain the parameter MessageBody.");
    EXPECT_EQ(error.query_code, "MissingParameter");
    EXPECT_EQ(error.http_status, 400);
}

TEST(Validate, SqsLeavesAttributeNamesToTheOperation) {
    const auto error =
        check(api::sqs::GetQueueAttributes::model(), R"({"QueueUrl":"u","AttributeNames":["Nope"]})");
    EXPECT_EQ(error.message, "");
}

TEST(Validate, TellsOnlyTheFirstOfManyMistakes) {
    std::string nulls = "null";
    for (std::size_t i = 1; i <= Violations::kViolationsMax; ++i) nulls += ",null";
    const auto error =
        check(api::kinesis::PutRecords::model(), R"({"StreamName":"s","Records":[)" + nulls + "]}");
    EXPECT_TRUE(error.message.starts_with("32 validation errors detected: ")) << error.message;
}

TEST(Validate, CountsCharactersOfStringsAndBytesOfBlobs) {
    // 256 characters of two bytes each.
    std::string key;
    for (int i = 0; i < 256; ++i) key += "\xc3\xa9";
    const OperationModel& put = api::kinesis::PutRecord::model();
    EXPECT_EQ(check(put, R"({"StreamName":"s","Data":"","PartitionKey":")" + key + "\"}").message, "");
    EXPECT_NE(check(put, R"({"StreamName":"s","Data":"","PartitionKey":")" + key + "x\"}").message, "");
}

}  // namespace
}  // namespace millrace::aws
