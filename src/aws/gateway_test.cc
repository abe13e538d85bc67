#include "aws/gateway.h"

#include <gtest/gtest.h>

#include "api/cloudformation.h"
#include "api/cloudwatch.h"
#include "api/kinesis.h"
#include "api/lambda.h"
#include "api/sqs.h"
#include "base/manual_executor.h"
#include "codec/cbor_writer.h"
#include "codec/hex.h"

namespace millrace::aws {
namespace {

constexpr const char* kSignedForSqs =
    "AWS4-HMAC-SHA256 Credential=123456789012/20231114/eu-west-1/sqs/aws4_request, SignedHeaders=host, "
    "Signature=a";

class GatewayTest : public ::testing::Test {
  protected:
    GatewayTest() {
        registry_.add<api::sqs::SendMessage>([this](const RequestContext& context,
                                                    api::sqs::SendMessageRequest input,
                                                    Reply<api::sqs::SendMessage> reply) {
            context_ = context;
            queue_url_ = input.queue_url;
            if (input.message_body == "missing") {
                return reply(std::unexpected(api::sqs::queue_does_not_exist("Not there.")));
            }
            reply(api::sqs::SendMessageResult{.message_id = input.message_body});
        });
        registry_.add<api::kinesis::DeleteStream>(
            [](const RequestContext&, api::kinesis::DeleteStreamInput,
               Reply<api::kinesis::DeleteStream> reply) { reply(Nothing{}); });
        registry_.add<api::lambda::GetFunction>([](const RequestContext&,
                                                   api::lambda::GetFunctionRequest input,
                                                   Reply<api::lambda::GetFunction> reply) {
            reply(std::unexpected(api::lambda::resource_not_found_exception(input.function_name)));
        });
        registry_.add_stream<api::kinesis::GetRecords>(
            [this](const RequestContext&, api::kinesis::GetRecordsInput input, StreamReply reply) {
                if (input.shard_iterator == "drop") return;
                auto [writer, reader] = http::StreamWriter::make({});
                writer.write(SharedBytes("frame"));
                writer_ = std::move(writer);
                reply(std::move(reader));
            });
        registry_.add_service(api::cloudformation::service_model());
        registry_.add<api::cloudwatch::GetMetricStatistics>(
            [](const RequestContext&, api::cloudwatch::GetMetricStatisticsInput input,
               Reply<api::cloudwatch::GetMetricStatistics> reply) {
                if (input.metric_name == "bad")
                    return reply(
                        std::unexpected(api::cloudwatch::invalid_parameter_value_exception("Not that one.")));
                reply(api::cloudwatch::GetMetricStatisticsOutput{
                    .label = input.metric_name,
                    .datapoints = std::vector<api::cloudwatch::Datapoint>{{.timestamp = input.start_time}}});
            });
        gateway_.emplace(registry_, executor_, clock_, random_, GatewayOptions{});
    }

    http::Response send(http::Request request, std::string_view expected = "an answer") {
        std::optional<http::Response> response;
        gateway_->handle(std::move(request),
                         [&response](http::Response answer) { response = std::move(answer); });
        executor_.run_ready();
        EXPECT_TRUE(response.has_value()) << expected;
        EXPECT_EQ(response->headers.get("x-amzn-RequestId").size(), 36U);
        return std::move(*response);
    }

    static http::Request post(std::initializer_list<std::pair<const char*, const char*>> headers,
                              std::string body, std::string target = "/") {
        http::Request request{
            .method = "POST", .target = std::move(target), .headers = {}, .body = std::move(body)};
        for (const auto& [name, value] : headers) request.headers.add(name, value);
        return request;
    }

    ManualClock clock_;
    ManualExecutor executor_{clock_};
    SeededRandom random_{1};
    Registry registry_;
    std::optional<Gateway> gateway_;
    RequestContext context_;
    std::string queue_url_;
    std::optional<http::StreamWriter> writer_;
};

constexpr std::pair<const char*, const char*> kForm = {"Content-Type", "application/x-www-form-urlencoded"};

TEST_F(GatewayTest, SpeaksJson) {
    const auto response = send(post({{"X-Amz-Target", "AmazonSQS.SendMessage"},
                                     {"Host", "sqs.local:1"},
                                     {"X-Amzn-Trace-Id", "Root=1-2"},
                                     {"Authorization", kSignedForSqs}},
                                    R"({"QueueUrl":"u","MessageBody":"hello"})"));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.headers.get("Content-Type"), "application/x-amz-json-1.0");
    EXPECT_EQ(response.body, R"({"MessageId":"hello"})");
    EXPECT_EQ(context_.scope, (Scope{.account = "123456789012", .region = "eu-west-1"}));
    EXPECT_EQ(context_.base_url, "http://sqs.local:1");
    EXPECT_EQ(context_.trace_header, "Root=1-2");
    EXPECT_EQ(context_.received, clock_.now());
}

TEST_F(GatewayTest, SpeaksQueryOfTheSameModel) {
    const auto response =
        send(post({kForm}, "Action=SendMessage&Version=2012-11-05&QueueUrl=u&MessageBody=hello"));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.headers.get("Content-Type"), "text/xml");
    EXPECT_NE(response.body.find("<SendMessageResult><MessageId>hello</MessageId>"), std::string::npos);
    EXPECT_EQ(context_.scope, (Scope{.account = "000000000000", .region = "us-east-1"}));
}

TEST_F(GatewayTest, TakesActionsFromTheQueryString) {
    const auto response = send({.method = "GET",
                                .target = "/?Action=SendMessage&QueueUrl=u&MessageBody=hello",
                                .headers = {},
                                .body = ""});
    EXPECT_EQ(response.status, 200);
}

TEST_F(GatewayTest, TakesTheQueueFromThePath) {
    send(post({kForm, {"Host", "localhost:4566"}}, "Action=SendMessage&MessageBody=hello",
              "/000000000000/jobs"));
    EXPECT_EQ(queue_url_, "http://localhost:4566/000000000000/jobs");
    send(post({kForm}, "Action=SendMessage&MessageBody=hello&QueueUrl=own", "/000000000000/jobs"));
    EXPECT_EQ(queue_url_, "own");
}

TEST_F(GatewayTest, SqsErrorsCarryTheirOldCodes) {
    const auto response = send(
        post({{"X-Amz-Target", "AmazonSQS.SendMessage"}}, R"({"QueueUrl":"u","MessageBody":"missing"})"));
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(response.headers.get("x-amzn-query-error"), "AWS.SimpleQueueService.NonExistentQueue;Sender");
    EXPECT_EQ(response.body, R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"Not there."})");
}

TEST_F(GatewayTest, OperationsWithoutOutputAnswerNothing) {
    const auto response =
        send(post({{"X-Amz-Target", "Kinesis_20131202.DeleteStream"}}, R"({"StreamName":"s"})"));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "");
}

TEST_F(GatewayTest, SpeaksCbor) {
    const std::pair<const char*, const char*> target = {"X-Amz-Target", "Kinesis_20131202.DeleteStream"};
    const std::pair<const char*, const char*> type = {"Content-Type", "application/x-amz-cbor-1.1"};
    const auto done = send(post({target, type}, "\xa1\x6aStreamName\x61s"));
    EXPECT_EQ(done.status, 200);
    EXPECT_EQ(done.headers.get("Content-Type"), "application/x-amz-cbor-1.1");
    const auto refused = send(post({target, type}, "\xa1\x6aStreamName\x61"));
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.headers.get("Content-Type"), "application/x-amz-cbor-1.1");
    EXPECT_EQ(refused.headers.get("x-amzn-ErrorType"), "SerializationException");
    EXPECT_TRUE(refused.body.starts_with("\xa2\x66__type\x76SerializationException\x67message"));
}

class RpcV2Test : public GatewayTest {
  protected:
    http::Response send_cbor(const std::string& operation, std::string_view metric,
                             const std::string& service = "GraniteServiceVersion20100801") {
        std::string body;
        codec::CborWriter writer(body);
        writer.map(5).text("Namespace").text("n").text("MetricName").text(metric).text("Period").integer(60);
        writer.text("StartTime").tag(1).number(1'700'000'000.5).text("EndTime").tag(1).integer(1'700'000'001);
        return send(post({{"smithy-protocol", "rpc-v2-cbor"}, {"Content-Type", "application/cbor"}},
                         std::move(body), "/service/" + service + "/operation/" + operation));
    }
};

TEST_F(RpcV2Test, AnswersInItsOwnForm) {
    const auto done = send_cbor("GetMetricStatistics", "m");
    EXPECT_EQ(done.status, 200);
    EXPECT_EQ(done.headers.get("smithy-protocol"), "rpc-v2-cbor");
    EXPECT_EQ(done.headers.get("Content-Type"), "application/cbor");
    std::string expected;
    codec::CborWriter writer(expected);
    writer.map(2).text("Label").text("m").text("Datapoints").array(1).map(1);
    writer.text("Timestamp").tag(1).number(1'700'000'000.5);
    EXPECT_EQ(done.body, expected);
}

TEST_F(RpcV2Test, ErrorsAreMapsAndCarryTheirOldCodes) {
    const auto refused = send_cbor("GetMetricStatistics", "bad");
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.headers.get("smithy-protocol"), "rpc-v2-cbor");
    EXPECT_EQ(refused.headers.get("Content-Type"), "application/cbor");
    EXPECT_EQ(refused.headers.get("x-amzn-query-error"), "InvalidParameterValue;Sender");
    std::string expected;
    codec::CborWriter writer(expected);
    writer.map(2).text("__type").text("InvalidParameterValueException");
    writer.text("message").text("Not that one.");
    EXPECT_EQ(refused.body, expected);
}

TEST_F(RpcV2Test, SaysWhatIsNotThere) {
    const auto absent = send_cbor("PutMetricAlarm", "m");
    EXPECT_EQ(absent.headers.get("smithy-protocol"), "rpc-v2-cbor");
    EXPECT_NE(absent.body.find("Millrace does not offer PutMetricAlarm yet"), std::string::npos);
    EXPECT_NE(send_cbor("Nonsense", "m").body.find("The action Nonsense is not valid"), std::string::npos);
    EXPECT_NE(send_cbor("X", "m", "Other").body.find("Millrace does not offer"), std::string::npos);
    EXPECT_EQ(send_cbor("DeleteStream", "m", "Kinesis_20131202").status, 415);
    const auto nowhere = send(post({{"smithy-protocol", "rpc-v2-cbor"}}, "", "/service/x"));
    EXPECT_EQ(nowhere.headers.get("x-amzn-ErrorType"), "UnknownOperationException");
}

TEST_F(GatewayTest, ExpandsWhatClientsCompress) {
    // {"StreamName":"s"}, by Python's gzip module.
    const std::string body =
        codec::hex_decode("1f8b0800000000000203ab560a2e294a4dccf54bcc4d55b2522a56aa0500292694d912000000")
            .value();
    const std::pair<const char*, const char*> target = {"X-Amz-Target", "Kinesis_20131202.DeleteStream"};
    const std::pair<const char*, const char*> coding = {"Content-Encoding", "gzip"};
    const std::pair<const char*, const char*> signature = {"Authorization", kSignedForSqs};
    EXPECT_EQ(send(post({target, coding, signature}, body)).status, 200);
    const auto refused = send(post({target, coding, signature}, "{}"));
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.headers.get("x-amzn-ErrorType"), "SerializationException");
}

TEST_F(GatewayTest, SpeaksRest) {
    const auto response =
        send({.method = "GET", .target = "/2015-03-31/functions/f%2D1", .headers = {}, .body = ""});
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(response.headers.get("x-amzn-ErrorType"), "ResourceNotFoundException");
    EXPECT_EQ(response.body, R"({"Type":"User","Message":"f-1"})");
}

TEST_F(GatewayTest, AFormsContentTypeHidesNoRestPath) {
    // As curl sends it by default.
    http::Request request = post({kForm}, "{\"a\":\"%zz&Action=x\"}", "/2015-03-31/functions/f");
    request.method = "GET";
    EXPECT_EQ(send(std::move(request)).status, 404);
}

TEST_F(GatewayTest, SaysWhatIsNotThere) {
    struct Case {
        http::Request request;
        int status;
        std::string part;
    };
    Case cases[] = {
        {post({{"X-Amz-Target", "Kinesis_20131202.Nonsense"}}, "{}"), 400, "UnknownOperationException"},
        {post({{"X-Amz-Target", "Kinesis_20131202.MergeShards"}}, "{}"), 400,
         "Millrace does not offer MergeShards yet"},
        {post({{"X-Amz-Target", "Kinesis_20131202.PutRecord"}}, "{}"), 400,
         "Millrace does not offer PutRecord yet"},
        {post({{"X-Amz-Target", "DynamoDB_20120810.ListTables"}}, "{}"), 400,
         "Millrace does not offer DynamoDB"},
        {post({{"X-Amz-Target", "nonsense"}}, "{}"), 400, "UnknownOperationException"},
        {post({kForm}, "Action=Nonsense&Version=2010-05-15"), 400, "The action Nonsense is not valid"},
        {post({kForm}, "Action=Nonsense"), 400, "<Code>InvalidAction</Code>"},
        {post({kForm}, "Action=ListStackSets&Version=2010-05-15"), 400,
         "Millrace does not offer ListStackSets yet"},
        {post({}, "", "/nowhere"), 404, "POST /nowhere"},
        {post({{"X-Amz-Target", "Kinesis_20131202.DeleteStream"}}, "{\"StreamName\""), 400,
         "SerializationException"},
        {post({{"X-Amz-Target", "AmazonSQS.ListQueues"}, {"Content-Type", "application/x-amz-cbor-1.1"}}, ""),
         415, "aws.cborEnabled"},
        {post({{"X-Amz-Target", "Kinesis_20131202.DeleteStream"}, {"Content-Type", "application/cbor"}}, ""),
         415, "aws.cborEnabled"},
        {post({{"Content-Type", "application/cbor"}}, "", "/service/Kinesis_20131202/operation/DeleteStream"),
         415, "aws.cborEnabled"},
        {post({kForm}, "Action=%zz"), 400, "<Code>MalformedInput</Code>"},
    };
    for (Case& test : cases) {
        const auto response = send(std::move(test.request), test.part);
        EXPECT_EQ(response.status, test.status) << test.part;
        EXPECT_NE(response.body.find(test.part), std::string::npos) << response.body;
    }
}

TEST_F(GatewayTest, NamesTheServiceASignatureIsFor) {
    http::Request request{.method = "GET", .target = "/bucket", .headers = {}, .body = ""};
    request.headers.add("Authorization", "AWS4-HMAC-SHA256 Credential=a/20231114/us-east-1/s3/aws4_request");
    const auto response = send(std::move(request));
    EXPECT_EQ(response.status, 404);
    EXPECT_NE(response.body.find("Millrace does not offer s3: GET /bucket yet"), std::string::npos)
        << response.body;
}

TEST_F(GatewayTest, InvalidInputNeverReachesTheOperation) {
    const auto response =
        send(post({{"X-Amz-Target", "Kinesis_20131202.DeleteStream"}}, R"({"StreamName":"a b"})"));
    EXPECT_EQ(response.status, 400);
    EXPECT_NE(response.body.find("1 validation error detected"), std::string::npos);
}

TEST_F(GatewayTest, AnswersWithAStream) {
    auto response = send(post({{"X-Amz-Target", "Kinesis_20131202.GetRecords"}}, R"({"ShardIterator":"i"})"));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.headers.get("Content-Type"), "application/vnd.amazon.eventstream");
    ASSERT_TRUE(response.stream);
    EXPECT_EQ(response.stream->take(100).view(), "frame");
    writer_->finish();
    EXPECT_EQ(response.stream->state(), http::StreamReader::State::kFinished);
}

TEST_F(GatewayTest, AStreamCanBeRefusedAndForgotten) {
    const auto invalid = send(post({{"X-Amz-Target", "Kinesis_20131202.GetRecords"}}, "{}"));
    EXPECT_EQ(invalid.status, 400);
    EXPECT_FALSE(invalid.stream);
    const auto dropped =
        send(post({{"X-Amz-Target", "Kinesis_20131202.GetRecords"}}, R"({"ShardIterator":"drop"})"));
    EXPECT_EQ(dropped.status, 500);
    EXPECT_NE(dropped.body.find("InternalFailure"), std::string::npos);
}

}  // namespace
}  // namespace millrace::aws
