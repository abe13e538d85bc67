#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/lambda/testing/service_fixture.h"

namespace millrace::lambda {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kQueue = "arn:aws:sqs:us-east-1:000000000000:q";
constexpr const char* kLetters = "arn:aws:sqs:us-east-1:000000000000:letters";

class AsyncDestinationsTest : public testing::ServiceTest {
  protected:
    AsyncDestinationsTest() {
        queues().add(kQueue);
        queues().add(kLetters);
    }
    void create(const std::string& body, const std::string& name = "f") {
        create_local(name, "python3.11", "index.handler",
                     {{"index.py", "def handler(event, context):\n" + body}});
    }
    std::string configure(const std::string& more,
                          const std::string& operation = "PutFunctionEventInvokeConfig") {
        return call(operation, fmt::format(R"({{"FunctionName":"f"{}}})", more)).body;
    }
    static std::string destination(const std::string& kind, const std::string& arn) {
        return fmt::format(R"(,"DestinationConfig":{{"{}":{{"Destination":"{}"}}}})", kind, arn);
    }
    std::string the_message(const std::string& queue) {
        run_until([&] { return !queues().bodies(queue).empty(); });
        return queues().bodies(queue).empty() ? "(none)" : queues().bodies(queue).front();
    }
    void send(const std::string& name = "f") {
        EXPECT_EQ(invoke(name, R"({"n":1})", "None", "Event").status, 202);
    }
};

TEST_F(AsyncDestinationsTest, ASuccessIsTold) {
    create("  return {'n': event['n'] + 1}");
    EXPECT_THAT(configure(destination("OnSuccess", kQueue)), HasSubstr("function:f:$LATEST\""));
    send();
    EXPECT_THAT(
        the_message(kQueue),
        AllOf(
            HasSubstr(R"("condition":"Success","approximateInvokeCount":1})"),
            HasSubstr(R"("requestPayload":{"n":1})"),
            HasSubstr(R"("functionArn":"arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST")"),
            HasSubstr(
                R"("responseContext":{"statusCode":200,"executedVersion":"$LATEST"},"responsePayload":{"n": 2})")));
}

TEST_F(AsyncDestinationsTest, AFailureIsToldAfterItsRetriesToDestinationAndDeadLetterQueue) {
    create("  print('ran')\n  raise Exception('no')");
    EXPECT_THAT(
        call("UpdateFunctionConfiguration",
             fmt::format(R"({{"FunctionName":"f","DeadLetterConfig":{{"TargetArn":"{}"}}}})", kLetters))
            .body,
        HasSubstr(kLetters));
    configure(R"(,"MaximumRetryAttempts":1)" + destination("OnFailure", kQueue));
    send();
    EXPECT_THAT(the_message(kQueue),
                AllOf(HasSubstr(R"("condition":"RetriesExhausted","approximateInvokeCount":2})"),
                      HasSubstr(R"("functionError":"Unhandled"})"), HasSubstr(R"("errorMessage": "no")")));
    EXPECT_EQ(the_message(kLetters), R"({"n":1})");
    const auto attributes = queues().last_attributes(kLetters);
    EXPECT_EQ(attributes.at("ErrorMessage").text, "no");
    EXPECT_EQ(attributes.at("ErrorCode").text, "200");
    EXPECT_EQ(attributes.at("RequestID").text->size(), 36U);
    EXPECT_EQ(count_lines("ran"), 2U);
}

TEST_F(AsyncDestinationsTest, NoRetryIsARetryCountToo) {
    create("  print('ran')\n  raise Exception('no')");
    configure(R"(,"MaximumRetryAttempts":0)" + destination("OnFailure", kQueue));
    send();
    EXPECT_THAT(the_message(kQueue), HasSubstr(R"("approximateInvokeCount":1})"));
    EXPECT_EQ(count_lines("ran"), 1U);
}

TEST_F(AsyncDestinationsTest, AnotherFunctionGetsTheRecord) {
    create("  print('next got', event['responsePayload'], event['requestContext']['condition'])", "next");
    create("  return 'answer'");
    configure(destination("OnSuccess", "arn:aws:lambda:us-east-1:000000000000:function:next"));
    send();
    EXPECT_TRUE(run_until([&] { return count_lines("next got answer Success") == 1; }));
}

TEST_F(AsyncDestinationsTest, ALoopOfFunctionsEnds) {
    create("  print('a')", "f");
    create("  print('b')", "g");
    configure(destination("OnSuccess", "arn:aws:lambda:us-east-1:000000000000:function:g"));
    call(
        "PutFunctionEventInvokeConfig",
        R"({"FunctionName":"g","DestinationConfig":{"OnSuccess":{"Destination":"arn:aws:lambda:us-east-1:000000000000:function:f"},"OnFailure":{"Destination":")" +
            std::string(kQueue) + R"("}}})");
    configure(fmt::format(
        R"(,"DestinationConfig":{{"OnSuccess":{{"Destination":"arn:aws:lambda:us-east-1:000000000000:function:g"}},"OnFailure":{{"Destination":"{}"}}}})",
        kQueue));
    send();
    EXPECT_THAT(the_message(kQueue), HasSubstr(R"("condition":"RecursiveInvocation")"));
    EXPECT_EQ(count_lines("a") + count_lines("b"), 16U);
}

TEST_F(AsyncDestinationsTest, AStoppedFunctionsEventsGoToItsDestination) {
    create("  return 1");
    configure(destination("OnFailure", kQueue));
    call("PutFunctionConcurrency", R"({"FunctionName":"f","ReservedConcurrentExecutions":0})");
    send();
    EXPECT_THAT(the_message(kQueue),
                AllOf(HasSubstr(R"("condition":"ZeroReservedConcurrency","approximateInvokeCount":0})"),
                      Not(HasSubstr("response"))));
}

TEST_F(AsyncDestinationsTest, EachQualifierHasItsOwn) {
    create("  return 1");
    call("PublishVersion", R"({"FunctionName":"f"})");
    configure(R"(,"Qualifier":"1")" + destination("OnSuccess", kQueue));
    EXPECT_THAT(configure("", "GetFunctionEventInvokeConfig"),
                HasSubstr("The function arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST doesn't "
                          "have an EventInvokeConfig"));
    send("f");
    send("f:1");
    EXPECT_THAT(the_message(kQueue),
                AllOf(HasSubstr("function:f:1\""), HasSubstr(R"("executedVersion":"1")")));
    run_until([] { return false; }, Milliseconds{100});
    EXPECT_EQ(queues().bodies(kQueue).size(), 1U);
}

TEST_F(AsyncDestinationsTest, ConfigurationsAreCheckedKeptAndListed) {
    create("  return 1");
    EXPECT_THAT(configure(""),
                HasSubstr("You must specify at least one of error handling or destination setting."));
    EXPECT_THAT(configure(R"(,"MaximumRetryAttempts":3)"), HasSubstr("Exception"));
    EXPECT_THAT(configure(R"(,"MaximumEventAgeInSeconds":59)"), HasSubstr("Exception"));
    for (const char* arn : {"arn:aws:sns:us-east-1:000000000000:t",
                            "arn:aws:events:us-east-1:000000000000:event-bus/b", "arn:aws:s3:::b"}) {
        EXPECT_THAT(configure(destination("OnFailure", arn)), HasSubstr("is not offered by Millrace yet"));
    }
    EXPECT_THAT(configure(destination("OnFailure", "arn:aws:sqs:us-east-1:000000000000:none")),
                HasSubstr("there is no such queue"));
    EXPECT_THAT(configure(destination("OnFailure", "arn:aws:lambda:us-east-1:000000000000:function:f")),
                HasSubstr("You can't specify the function as a destination for itself."));
    EXPECT_THAT(configure(R"(,"MaximumRetryAttempts":1)", "UpdateFunctionEventInvokeConfig"),
                HasSubstr("doesn't have an EventInvokeConfig"));
    configure(R"(,"MaximumRetryAttempts":1,"MaximumEventAgeInSeconds":60)" +
              destination("OnFailure", kQueue));
    EXPECT_THAT(
        configure(R"(,"MaximumRetryAttempts":2)", "UpdateFunctionEventInvokeConfig"),
        AllOf(HasSubstr(R"("MaximumRetryAttempts":2,"MaximumEventAgeInSeconds":60)"), HasSubstr(kQueue)));
    restart();
    EXPECT_THAT(configure("", "ListFunctionEventInvokeConfigs"),
                AllOf(HasSubstr(R"("MaximumRetryAttempts":2)"), HasSubstr(kQueue)));
    configure("", "DeleteFunctionEventInvokeConfig");
    EXPECT_THAT(configure("", "GetFunctionEventInvokeConfig"),
                HasSubstr("doesn't have an EventInvokeConfig"));
}

TEST_F(AsyncDestinationsTest, AnEventThatWaitsSurvivesARestart) {
    create("  return 1");
    call("PutFunctionConcurrency", R"({"FunctionName":"f","ReservedConcurrentExecutions":0})");
    send();
    restart();
    configure(destination("OnSuccess", kQueue));
    call("DeleteFunctionConcurrency", R"({"FunctionName":"f"})");
    EXPECT_THAT(the_message(kQueue), HasSubstr(R"("condition":"Success")"));
}

}  // namespace
}  // namespace millrace::lambda
