#include "aws/faults/faults.h"

#include <gtest/gtest.h>

#include "api/kinesis.h"
#include "api/sqs.h"
#include "aws/gateway.h"
#include "base/manual_executor.h"

namespace millrace::aws {
namespace {

class FaultsTest : public ::testing::Test {
  protected:
    FaultsTest() {
        registry_.add<api::kinesis::DeleteStream>([this](const RequestContext&,
                                                         const api::kinesis::DeleteStreamInput&,
                                                         Reply<api::kinesis::DeleteStream> reply) {
            ++ran_;
            reply(Nothing{});
        });
        registry_.add_service(api::sqs::service_model());
        gateway_.emplace(registry_, executor_, clock_, random_, GatewayOptions{.faults = &faults_});
    }

    Result<> set(std::initializer_list<const char*> texts) {
        std::vector<FaultRule> rules;
        for (const char* text : texts) rules.push_back(parse_fault_rule(text).value());
        return faults_.replace(rules);
    }

    std::optional<http::Response> call(const char* stream = "orders") {
        std::optional<http::Response> response;
        http::Request request{.method = "POST",
                              .target = "/",
                              .headers = {},
                              .body = std::string(R"({"StreamName":")") + stream + "\"}"};
        request.headers.add("X-Amz-Target", "Kinesis_20131202.DeleteStream");
        gateway_->handle(std::move(request), [&](http::Response answer) { response = std::move(answer); });
        executor_.run_ready();
        return response;
    }

    ManualClock clock_;
    ManualExecutor executor_{clock_};
    SeededRandom random_{1};
    Registry registry_;
    Faults faults_{registry_};
    std::optional<Gateway> gateway_;
    int ran_ = 0;
};

TEST_F(FaultsTest, ErrorsStandInForTheOperation) {
    ASSERT_TRUE(set({"kinesis:DeleteStream throttle=100% times=1"}));
    const auto throttled = call();
    EXPECT_EQ(throttled->status, 400);
    EXPECT_EQ(throttled->headers.get("x-amzn-ErrorType"), "LimitExceededException");
    EXPECT_EQ(ran_, 0);
    EXPECT_EQ(call()->status, 200);
    ASSERT_TRUE(set({"kinesis:* fail=100%"}));
    EXPECT_EQ(call()->status, 500);
    ASSERT_TRUE(set({"kinesis:* unavailable=100%"}));
    EXPECT_EQ(call()->status, 503);
    EXPECT_EQ(ran_, 1);
}

TEST_F(FaultsTest, OnlyWhatMatchesIsCounted) {
    ASSERT_TRUE(
        set({"kinesis:DeleteStream stream=orders fail=100% after=1", "kinesis:CreateStream fail=100%"}));
    EXPECT_EQ(call("others")->status, 200);
    EXPECT_EQ(call()->status, 200);
    EXPECT_EQ(call()->status, 500);
    EXPECT_EQ(faults_.active()[0].calls, 2U);
    EXPECT_EQ(faults_.active()[0].struck, 1U);
    EXPECT_EQ(faults_.active()[1].calls, 0U);
    faults_.clear();
    EXPECT_EQ(call()->status, 200);
}

TEST_F(FaultsTest, DelaysWaitInATimer) {
    ASSERT_TRUE(set({"kinesis:* delay=200ms", "kinesis:* delay=1s@100%"}));
    std::optional<http::Response> response;
    http::Request request{.method = "POST", .target = "/", .headers = {}, .body = R"({"StreamName":"s"})"};
    request.headers.add("X-Amz-Target", "Kinesis_20131202.DeleteStream");
    gateway_->handle(std::move(request), [&](http::Response answer) { response = std::move(answer); });
    executor_.run_ready();
    executor_.advance(Milliseconds{1199});
    EXPECT_EQ(ran_, 0);
    executor_.advance(Milliseconds{1});
    EXPECT_EQ(ran_, 1);
    EXPECT_EQ(response->status, 200);
}

TEST_F(FaultsTest, ConnectionsEndBeforeOrBehindTheEffect) {
    ASSERT_TRUE(set({"kinesis:* drop=100%"}));
    EXPECT_TRUE(call()->hang_up);
    EXPECT_EQ(ran_, 0);
    ASSERT_TRUE(set({"kinesis:* lose-reply=100%"}));
    EXPECT_TRUE(call()->hang_up);
    EXPECT_EQ(ran_, 1);
}

TEST_F(FaultsTest, RefusesWhatCannotStrikeAndKeepsWhatIsThere) {
    ASSERT_TRUE(set({"kinesis:* fail=100%"}));
    for (const char* text : {"dynamodb:GetItem fail=1%", "kinesis:PutRecordz fail=1%",
                             "kinesis:DeleteStream fail-entries=1%", "kinesis:* throttle-entries=1%"}) {
        EXPECT_FALSE(set({"kinesis:* drop=100%", text})) << text;
        EXPECT_EQ(faults_.active().size(), 1U);
    }
    EXPECT_EQ(call()->status, 500);
}

TEST_F(FaultsTest, HoldsSoManyAndNoMore) {
    const std::vector<FaultRule> rules(kFaultsMax, parse_fault_rule("kinesis:* fail=1%").value());
    EXPECT_TRUE(faults_.replace(rules));
    EXPECT_FALSE(faults_.add({rules.front()}));
    EXPECT_EQ(faults_.active().size(), kFaultsMax);
}

}  // namespace
}  // namespace millrace::aws
