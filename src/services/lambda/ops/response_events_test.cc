#include "services/lambda/ops/response_events.h"

#include <gtest/gtest.h>

#include "codec/event_stream.h"

namespace millrace::lambda {
namespace {

class ResponseEventsTest : public ::testing::Test {
  protected:
    std::vector<codec::EventMessage> taken() {
        std::string bytes;
        while (answer_ && *answer_ && (*answer_)->stream.has_bytes())
            bytes += (*answer_)->stream.take(1'000).view();
        std::vector<codec::EventMessage> events;
        std::string_view rest = bytes;
        while (!rest.empty()) events.push_back(std::move(**codec::take_event(rest)));
        return events;
    }
    static std::string type_of(const codec::EventMessage& event) {
        return std::get<std::string>(event.headers.at(1).value);
    }

    std::optional<aws::Outcome<aws::StreamAnswer>> answer_;
    std::shared_ptr<ResponseEvents> events_ = std::make_shared<ResponseEvents>(
        "7", [this](aws::Outcome<aws::StreamAnswer> answer) { answer_.emplace(std::move(answer)); });
};

TEST_F(ResponseEventsTest, AreChunksAndAnEnd) {
    events_->begin("text/plain");
    ASSERT_TRUE(answer_ && *answer_);
    EXPECT_EQ((*answer_)->headers.get("X-Amz-Executed-Version"), "7");
    events_->write(SharedBytes("one"));
    events_->write(SharedBytes(std::string("\0\xff", 2)));
    events_->complete({.log_tail = "log"});
    const auto events = taken();
    ASSERT_EQ(events.size(), 3U);
    EXPECT_EQ(type_of(events[0]), "PayloadChunk");
    EXPECT_EQ(events[0].payload, "one");
    EXPECT_EQ(events[1].payload, std::string("\0\xff", 2));
    EXPECT_EQ(type_of(events[2]), "InvokeComplete");
    EXPECT_EQ(events[2].payload, R"({"LogResult":"bG9n"})");
    EXPECT_EQ((*answer_)->stream.state(), http::StreamReader::State::kFinished);
}

TEST_F(ResponseEventsTest, AFailureIsInTheEnd) {
    events_->complete({.payload = R"({"errorType":"X"})", .function_error = true});
    const auto events = taken();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].payload, R"({"ErrorCode":"Unhandled","ErrorDetails":"{\"errorType\":\"X\"}"})");
}

TEST_F(ResponseEventsTest, ARefusalIsAnErrorOrBreaksOff) {
    events_->complete(refused({.code = "TooManyRequestsException", .message = {}, .http_status = 429}));
    ASSERT_TRUE(answer_);
    EXPECT_FALSE(*answer_);
    answer_.reset();
    auto late = std::make_shared<ResponseEvents>(
        "7", [this](aws::Outcome<aws::StreamAnswer> answer) { answer_.emplace(std::move(answer)); });
    late->begin("");
    late->complete(refused({.code = "ServiceException", .message = {}, .http_status = 500}));
    ASSERT_TRUE(answer_ && *answer_);
    EXPECT_EQ((*answer_)->stream.state(), http::StreamReader::State::kBrokenOff);
}

}  // namespace
}  // namespace millrace::lambda
