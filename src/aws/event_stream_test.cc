#include "aws/event_stream.h"

#include <gtest/gtest.h>

#include "api/kinesis.h"
#include "aws/event_answer.h"
#include "base/manual_executor.h"
#include "codec/event_stream.h"

namespace millrace::aws {
namespace {

using api::kinesis::SubscribeToShard;
using codec::EventHeader;

codec::EventMessage take(const std::string& frame) {
    std::string_view bytes = frame;
    auto message = codec::take_event(bytes);
    EXPECT_TRUE(message && *message && bytes.empty());
    return message && *message ? **message : codec::EventMessage{};
}

std::vector<EventHeader> headers(std::string message, std::string kind, std::string type,
                                 std::string content) {
    return {{":message-type", std::move(message)},
            {std::move(kind), std::move(type)},
            {":content-type", std::move(content)}};
}

TEST(EventStreams, BeginWithTheInitialResponse) {
    const api::kinesis::SubscribeToShardOutput output;
    EXPECT_EQ(take(initial_response_frame(Protocol::kJson11, SubscribeToShard::model(), &output)),
              (codec::EventMessage{
                  headers("event", ":event-type", "initial-response", "application/x-amz-json-1.1"), "{}"}));
    EXPECT_EQ(
        take(initial_response_frame(Protocol::kCbor11, SubscribeToShard::model(), &output)),
        (codec::EventMessage{
            headers("event", ":event-type", "initial-response", "application/x-amz-cbor-1.1"), "\xa0"}));
}

TEST(EventStreams, CarryEventsInTheRequestsProtocol) {
    ASSERT_EQ(SubscribeToShard::model().events.size(), 1U);
    const EventModel& model = SubscribeToShard::model().events.front();
    const api::kinesis::SubscribeToShardEvent event{.continuation_sequence_number = "7"};
    const auto json = take(event_frame(Protocol::kJson11, model, &event));
    EXPECT_EQ(json.headers,
              headers("event", ":event-type", "SubscribeToShardEvent", "application/x-amz-json-1.1"));
    EXPECT_EQ(json.payload, R"({"Records":[],"ContinuationSequenceNumber":"7","MillisBehindLatest":0})");
    const auto cbor = take(event_frame(Protocol::kCbor11, model, &event));
    EXPECT_TRUE(cbor.payload.starts_with("\xa3\x67Records\x80"));
}

TEST(EventStreams, TellErrorsAsExceptions) {
    const ServiceError error = api::kinesis::resource_in_use_exception("Taken.");
    EXPECT_EQ(take(exception_frame(Protocol::kJson11, error)),
              (codec::EventMessage{headers("exception", ":exception-type", "ResourceInUseException",
                                           "application/x-amz-json-1.1"),
                                   R"({"message":"Taken."})"}));
    EXPECT_EQ(take(exception_frame(Protocol::kCbor11, error)).payload, "\xa1\x67message\x66Taken.");
}

/// Says what it is told.
class TestSource final : public EventSource {
  public:
    explicit TestSource(std::string& heard) : heard_(heard) {}
    TestSource(const TestSource&) = delete;
    TestSource& operator=(const TestSource&) = delete;
    ~TestSource() override { heard_ += "gone "; }
    void open(EventSink& to) override {
        heard_ += "open ";
        sink = &to;
    }
    void ready() override { heard_ += "ready "; }

    EventSink* sink = nullptr;

  private:
    std::string& heard_;
};

class EventAnswers : public ::testing::Test {
  protected:
    EventAnswers() {
        auto source = std::make_unique<TestSource>(heard_);
        source_ = source.get();
        answer_with_events({}, SubscribeToShard::model(), executor_, [this](Outcome<StreamAnswer> answer) {
            ASSERT_TRUE(answer.has_value());
            stream_.emplace(std::move(answer->stream));
        })(std::move(source));
    }

    std::string heard_;  ///< outlives what waits in the executor
    ManualClock clock_;
    ManualExecutor executor_{clock_};
    TestSource* source_ = nullptr;
    std::optional<http::StreamReader> stream_;
};

TEST_F(EventAnswers, BeginWithTheInitialResponseAndGoOn) {
    EXPECT_EQ(heard_, "open ");
    EXPECT_EQ(take(std::string(stream_->take(1'000).view())).headers.at(1).value,
              codec::EventHeaderValue(std::string("initial-response")));
    const SharedBytes frame(std::string("frame"));
    source_->sink->send(frame);
    EXPECT_EQ(stream_->take(1'000).view().data(), frame.view().data()) << "not copied";
    source_->sink->end();
    EXPECT_EQ(heard_, "open ") << "not inside its own call";
    EXPECT_EQ(stream_->state(), http::StreamReader::State::kFinished);
    executor_.run_ready();
    EXPECT_EQ(heard_, "open gone ");
}

TEST_F(EventAnswers, HoldBackAndGoOn) {
    source_->sink->send(SharedBytes(std::string(http::kStreamUnsentMax, 'x')));
    EXPECT_TRUE(source_->sink->full());
    while (stream_->take(100'000).size() > 0) {
    }
    EXPECT_FALSE(source_->sink->full());
    EXPECT_EQ(heard_, "open ready ");
}

TEST_F(EventAnswers, EndWithTheirClient) {
    stream_.reset();
    executor_.run_ready();
    EXPECT_EQ(heard_, "open gone ");
}

}  // namespace
}  // namespace millrace::aws
