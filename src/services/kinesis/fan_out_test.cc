#include "services/kinesis/fan_out.h"

#include <fmt/format.h>

#include "api/kinesis.h"
#include "codec/base64.h"
#include "codec/event_stream.h"
#include "services/kinesis/limits.h"
#include "services/kinesis/ops/subscribe_to_shard.h"
#include "services/kinesis/service_fixture.h"

namespace millrace::kinesis {
namespace {

constexpr std::size_t kBacklogBytesMax = 1_MiB;

/// A client's end of the stream, which takes everything at once unless told otherwise.
class TestClient final : public aws::EventSink {
  public:
    void send(SharedBytes frames) override {
        backlog_ += slow ? frames.size() : 0;
        frames_.push_back(std::move(frames));
    }
    [[nodiscard]] bool full() const override { return backlog_ > kBacklogBytesMax; }
    [[nodiscard]] std::size_t backlog() const { return backlog_; }
    void end() override { ended = true; }

    void take_all() {
        backlog_ = 0;
        source->ready();
    }

    /// The event that came next: ":event-type" or ":exception-type", and the payload.
    std::pair<std::string, std::string> next() {
        if (seen_ == frames_.size()) return {"(nothing)", ""};
        std::string_view bytes = frames_[seen_++].view();
        const auto message = codec::take_event(bytes);
        if (!message || !*message || !bytes.empty()) return {"(no frame)", ""};
        return {std::get<std::string>((*message)->headers.at(1).value), (*message)->payload};
    }
    /// The next event's records, each followed by a space, and its members.
    std::string next_records() {
        const auto [type, payload] = next();
        if (type != "SubscribeToShardEvent") return type + payload;
        event = codec::parse_json(payload)->get_object();
        std::string data;
        for (const auto& record : event.at("Records").as_array()) {
            data += codec::base64_decode(text_of(record.as_object(), "Data")).value() + ' ';
        }
        return data;
    }
    [[nodiscard]] std::size_t frames() const { return frames_.size(); }
    [[nodiscard]] const SharedBytes& frame(std::size_t i) const { return frames_.at(i); }

    std::unique_ptr<aws::EventSource> source;
    codec::JsonObject event;  ///< as next_records() saw it
    bool slow = false;
    bool ended = false;

  private:
    std::vector<SharedBytes> frames_;
    std::size_t seen_ = 0;
    std::size_t backlog_ = 0;
};

class FanOutTest : public ServiceFixture {
  protected:
    FanOutTest() {
        create_stream("s");
        arn_ = add_consumer("c");
    }

    std::string add_consumer(const std::string& name) {
        const auto output =
            ok("RegisterStreamConsumer",
               fmt::format(R"({{"StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s",)"
                           R"("ConsumerName":"{}"}})",
                           name));
        return text_of(output.at("Consumer").as_object(), "ConsumerARN");
    }

    using Answer = aws::Outcome<std::unique_ptr<aws::EventSource>>;
    Answer call_subscribe(const std::string& arn, api::kinesis::StartingPosition position,
                          aws::Protocol protocol = aws::Protocol::kJson11,
                          const std::string& shard = "shardId-000000000000") {
        api::kinesis::SubscribeToShardInput input{
            .consumer_arn = arn, .shard_id = shard, .starting_position = std::move(position)};
        context_.protocol = protocol;
        std::optional<Answer> answer;
        subscribe_to_shard(service_->fan_out(), service_->streams(), context_, std::move(input),
                           [&answer](Answer given) { answer.emplace(std::move(given)); });
        executor_.run_ready();
        if (!answer) return std::unexpected(aws::ServiceError{.code = "none", .message = ""});
        return std::move(*answer);
    }
    std::string subscribe_error(const std::string& arn, api::kinesis::StartingPosition position) {
        const auto answer = call_subscribe(arn, std::move(position));
        return answer ? "200" : answer.error().code + ": " + answer.error().message;
    }
    void subscribe(TestClient& client, const std::string& arn,
                   api::kinesis::StartingPosition position = {.type = "LATEST"},
                   aws::Protocol protocol = aws::Protocol::kJson11) {
        auto answer = call_subscribe(arn, std::move(position), protocol);
        ASSERT_TRUE(answer.has_value()) << answer.error().message;
        client.source = std::move(*answer);
        client.source->open(client);
        executor_.run_ready();
    }
    void pass(Milliseconds time) {
        clock_.advance(time);
        executor_.run_ready();
    }

    std::string arn_;
};

TEST_F(FanOutTest, PushesRecordsAsTheyBecomeReadable) {
    TestClient client;
    subscribe(client, arn_);
    EXPECT_EQ(client.frames(), 0U);
    const std::string number = put("s", "k", "one");
    EXPECT_EQ(client.next_records(), "one ");
    EXPECT_EQ(text_of(client.event, "ContinuationSequenceNumber"), number);
    EXPECT_EQ(client.event.at("MillisBehindLatest").as_int64(), 0);
    put("s", "k", "two");
    EXPECT_EQ(client.next_records(), "two ");
    EXPECT_EQ(client.frames(), 2U);
}

TEST_F(FanOutTest, WithLimitsAConsumerGetsTwoMebibytesASecondOfAShard) {
    const std::string mebibyte(1_MiB - 1, 'x');  // and the key
    for (int i = 0; i < 6; ++i) put("s", "k", mebibyte);
    const std::string other = add_consumer("other");
    restart(true);
    TestClient client;
    subscribe(client, arn_, {.type = "TRIM_HORIZON"});
    EXPECT_EQ(client.frames(), 2U);
    TestClient another;
    subscribe(another, other, {.type = "TRIM_HORIZON"});
    EXPECT_EQ(another.frames(), 2U) << "has a share of its own";
    pass(Milliseconds{490});
    EXPECT_EQ(client.frames(), 2U + 1U) << "what is missing need not be there whole";
    pass(Milliseconds{500});
    EXPECT_EQ(client.frames(), 4U);
    pass(Seconds{1});
    EXPECT_EQ(client.frames(), 6U);
    pass(Seconds{4});
    EXPECT_EQ(client.frames(), 6U) << "nothing twice";
}

TEST_F(FanOutTest, WithoutLimitsAConsumerGetsAllAtOnce) {
    const std::string mebibyte(1_MiB - 1, 'x');
    for (int i = 0; i < 6; ++i) put("s", "k", mebibyte);
    TestClient client;
    subscribe(client, arn_, {.type = "TRIM_HORIZON"});
    EXPECT_EQ(client.frames(), 6U);
}

TEST_F(FanOutTest, EndsAClosedShardWithItsChildren) {
    TestClient at_the_tip;
    subscribe(at_the_tip, arn_);
    put("s", "k", "last");
    EXPECT_EQ(at_the_tip.next_records(), "last ");
    ok("SplitShard", R"({"StreamName":"s","ShardToSplit":"shardId-000000000000",)"
                     R"("NewStartingHashKey":"170141183460469231731687303715884105728"})");
    executor_.run_ready();
    TestClient later;
    subscribe(later, add_consumer("later"), {.type = "TRIM_HORIZON"});
    EXPECT_EQ(later.next_records(), "last ");
    for (TestClient* client : {&at_the_tip, &later}) {
        EXPECT_EQ(client->next_records(), "");
        EXPECT_FALSE(client->event.contains("ContinuationSequenceNumber"));
        EXPECT_EQ(client->event.at("MillisBehindLatest"), 0);
        const auto& children = client->event.at("ChildShards").as_array();
        ASSERT_EQ(children.size(), 2U);
        EXPECT_EQ(children[1].at("ShardId"), "shardId-000000000002");
        EXPECT_EQ(children[1].at("ParentShards"), (codec::JsonArray{"shardId-000000000000"}));
        EXPECT_TRUE(client->ended);
    }
}

TEST_F(FanOutTest, EncodesOnceForAllAtTheTip) {
    TestClient first;
    TestClient second;
    TestClient other_protocol;
    subscribe(first, arn_);
    subscribe(second, add_consumer("d"));
    subscribe(other_protocol, add_consumer("e"), {.type = "LATEST"}, aws::Protocol::kCbor11);
    put("s", "k", "one");
    EXPECT_EQ(first.next_records(), "one ");
    ASSERT_EQ(second.frames(), 1U);
    EXPECT_EQ(first.frame(0).view().data(), second.frame(0).view().data()) << "the same bytes";
    const auto [type, payload] = other_protocol.next();
    EXPECT_EQ(type, "SubscribeToShardEvent");
    EXPECT_NE(payload.find("\x67Records\x81\xa4"), std::string::npos);
    EXPECT_NE(payload.find("\x64"
                           "Data\x43one"),
              std::string::npos);
}

TEST_F(FanOutTest, BeginsAtEveryKindOfPosition) {
    const std::string number = put("s", "k", "one");
    clock_.advance(Milliseconds{1'000});
    const WallTime later = clock_.now();
    put("s", "k", "two");
    const std::pair<api::kinesis::StartingPosition, std::string> cases[] = {
        {{.type = "TRIM_HORIZON"}, "one two "},
        {{.type = "LATEST"}, "(nothing)"},
        {{.type = "AT_SEQUENCE_NUMBER", .sequence_number = number}, "one two "},
        {{.type = "AFTER_SEQUENCE_NUMBER", .sequence_number = number}, "two "},
        {{.type = "AT_TIMESTAMP", .timestamp = later}, "two "},
    };
    for (const auto& [position, records] : cases) {
        TestClient client;
        subscribe(client, arn_, position);
        EXPECT_EQ(client.next_records(), records) << position.type;
        pass(kSubscriptionTakeover);
    }
}

TEST_F(FanOutTest, RefusesWrongPositions) {
    EXPECT_TRUE(
        subscribe_error(arn_, {.type = "AT_SEQUENCE_NUMBER"}).starts_with("InvalidArgumentException: Must"));
    EXPECT_TRUE(subscribe_error(arn_, {.type = "LATEST", .sequence_number = "1"})
                    .starts_with("InvalidArgumentException: Must"));
    EXPECT_TRUE(
        subscribe_error(arn_, {.type = "AT_TIMESTAMP"}).starts_with("InvalidArgumentException: Must"));
    EXPECT_TRUE(subscribe_error(arn_, {.type = "AT_TIMESTAMP", .timestamp = clock_.now() + Milliseconds{1}})
                    .starts_with("InvalidArgumentException: The timestampInMillis"));
    EXPECT_TRUE(
        subscribe_error(arn_, {.type = "AT_SEQUENCE_NUMBER", .sequence_number = "17"})
            .starts_with("InvalidArgumentException: StartingSequenceNumber 17 used in SubscribeToShard"));
    EXPECT_EQ(subscribe_error(arn_ + "1", {.type = "LATEST"}),
              fmt::format("ResourceNotFoundException: Consumer {}1, account 000000000000 not found.", arn_));
    const auto no_shard =
        call_subscribe(arn_, {.type = "LATEST"}, aws::Protocol::kJson11, "shardId-000000000001");
    EXPECT_EQ(no_shard.error().code, "ResourceNotFoundException");
}

TEST_F(FanOutTest, GoesOnWhereTheContinuationSays) {
    put("s", "k", "one");
    for (const char* type : {"AFTER_SEQUENCE_NUMBER", "AT_SEQUENCE_NUMBER"}) {
        TestClient client;
        subscribe(client, arn_);
        pass(kSubscriptionHeartbeat);
        EXPECT_EQ(client.next_records(), "");
        const std::string number = text_of(client.event, "ContinuationSequenceNumber");
        client.source.reset();
        pass(kSubscriptionTakeover);
        put("s", "k", "two");
        TestClient next;
        subscribe(next, arn_, {.type = type, .sequence_number = number});
        EXPECT_TRUE(next.next_records().ends_with("two ")) << type;
        next.source.reset();
        pass(kSubscriptionTakeover);
    }
}

TEST_F(FanOutTest, SendsEmptyEventsWhenNothingHappens) {
    TestClient client;
    subscribe(client, arn_);
    pass(kSubscriptionHeartbeat - Milliseconds{1});
    EXPECT_EQ(client.frames(), 0U);
    pass(Milliseconds{1});
    EXPECT_EQ(client.next_records(), "");
    EXPECT_EQ(client.event.at("MillisBehindLatest").as_int64(), 0);
    EXPECT_TRUE(client.event.contains("ContinuationSequenceNumber"));
    // A record puts the next one off.
    pass(Milliseconds{3'000});
    put("s", "k", "one");
    EXPECT_EQ(client.next_records(), "one ");
    pass(Milliseconds{4'999});
    EXPECT_EQ(client.next().first, "(nothing)");
    pass(Milliseconds{1});
    EXPECT_EQ(client.next_records(), "");
}

TEST_F(FanOutTest, EndsAfterFiveMinutes) {
    TestClient client;
    subscribe(client, arn_);
    for (Milliseconds passed{0}; passed + Milliseconds{1'000} < kSubscriptionLifetime;
         passed += Milliseconds{1'000}) {
        pass(Milliseconds{1'000});
        ASSERT_FALSE(client.ended);
    }
    pass(Milliseconds{999});
    EXPECT_FALSE(client.ended);
    const std::size_t frames = client.frames();
    pass(Milliseconds{1});
    EXPECT_TRUE(client.ended);
    EXPECT_LE(client.frames(), frames + 1) << "no more than a heartbeat, and no exception";
    put("s", "k", "late");
    pass(kSubscriptionHeartbeat);
    EXPECT_LE(client.frames(), frames + 1);
}

TEST_F(FanOutTest, ASecondSubscriptionWaitsFiveSecondsAndTakesOver) {
    const std::string in_use =
        "ResourceInUseException: Another active subscription exists for this consumer: "
        "000000000000:s:shardId-000000000000:c";
    TestClient first;
    subscribe(first, arn_);
    pass(kSubscriptionTakeover - Milliseconds{1});
    EXPECT_EQ(subscribe_error(arn_, {.type = "LATEST"}), in_use);
    EXPECT_FALSE(first.ended);
    pass(Milliseconds{1});
    TestClient second;
    subscribe(second, arn_);
    EXPECT_TRUE(first.ended);
    while (first.next().first == "SubscribeToShardEvent") {
    }
    EXPECT_EQ(first.frame(first.frames() - 1).view().find("ResourceInUseException") != std::string_view::npos,
              true);
    first.source.reset();
    put("s", "k", "one");
    EXPECT_EQ(second.next_records(), "one ");
    EXPECT_EQ(subscribe_error(arn_, {.type = "LATEST"}), in_use) << "the second call counts as the newest";
}

TEST_F(FanOutTest, TheFiveSecondsCountAlsoWhenTheFirstIsGone) {
    TestClient first;
    subscribe(first, arn_);
    first.source.reset();
    EXPECT_TRUE(subscribe_error(arn_, {.type = "LATEST"}).starts_with("ResourceInUseException"));
    pass(kSubscriptionTakeover);
    EXPECT_EQ(subscribe_error(arn_, {.type = "LATEST"}), "200");
}

TEST_F(FanOutTest, ReadsNothingForWhoTakesNothing) {
    TestClient client;
    client.slow = true;
    subscribe(client, arn_);
    const std::string half(kSubscribeEventBytesMax / 2, 'x');
    for (int i = 0; i < 20; ++i) put("s", "k", half);
    EXPECT_LE(client.backlog(), kBacklogBytesMax + 2 * kSubscribeEventBytesMax);
    const std::size_t frames = client.frames();
    pass(kSubscriptionHeartbeat);
    EXPECT_EQ(client.frames(), frames) << "no heartbeats pile up either";
    std::size_t records = 0;
    for (int i = 0; i < 100 && records < 20; ++i) {
        client.take_all();
        executor_.run_ready();
        while (client.next_records().starts_with("x"))
            records += client.event.at("Records").as_array().size();
    }
    EXPECT_EQ(records, 20U) << "and nothing is lost";
}

TEST_F(FanOutTest, CatchesUpInEventsOfBoundedSize) {
    const std::string data(kSubscribeEventBytesMax / 4, 'x');
    for (int i = 0; i < 9; ++i) put("s", "k", data);
    pass(Milliseconds{7});
    TestClient client;
    subscribe(client, arn_, {.type = "TRIM_HORIZON"});
    EXPECT_EQ(client.next_records().size(), 3 * (data.size() + 1)) << "a fourth would pass the limit";
    EXPECT_EQ(client.event.at("MillisBehindLatest").as_int64(), 7);
    client.next_records();
    client.next_records();
    EXPECT_EQ(client.event.at("MillisBehindLatest").as_int64(), 0);
    EXPECT_EQ(client.frames(), 3U);
}

TEST_F(FanOutTest, AnEventHasTenThousandRecordsAtMost) {
    std::string records;
    for (int i = 0; i < 500; ++i)
        records += fmt::format(R"({}{{"Data":"YQ==","PartitionKey":"k"}})", i == 0 ? "" : ",");
    for (std::size_t put = 0; put < kSubscribeEventRecordsMax; put += 500)
        ok("PutRecords", fmt::format(R"({{"StreamName":"s","Records":[{}]}})", records));
    put("s", "k", "last");
    TestClient client;
    subscribe(client, arn_, {.type = "TRIM_HORIZON"});
    client.next_records();
    EXPECT_EQ(client.event.at("Records").as_array().size(), kSubscribeEventRecordsMax);
    EXPECT_EQ(client.next_records(), "last ");
}

TEST_F(FanOutTest, TellsWhenTheStreamOrTheConsumerIsGone) {
    TestClient client;
    subscribe(client, arn_);
    ok("DeregisterStreamConsumer", fmt::format(R"({{"ConsumerARN":"{}"}})", arn_));
    EXPECT_TRUE(client.ended);
    EXPECT_EQ(
        client.next(),
        std::pair(std::string("ResourceNotFoundException"),
                  fmt::format(R"({{"message":"Consumer {}, account 000000000000 not found."}})", arn_)));
    TestClient other;
    subscribe(other, add_consumer("d"));
    ok("DeleteStream", R"({"StreamName":"s","EnforceConsumerDeletion":true})");
    EXPECT_TRUE(other.ended);
    EXPECT_EQ(other.next(),
              std::pair(std::string("ResourceNotFoundException"),
                        std::string(R"({"message":"Stream s under account 000000000000 not found."})")));
}

TEST_F(FanOutTest, ClientsMayOutliveTheService) {
    TestClient client;
    subscribe(client, arn_);
    registry_.reset();
    service_.reset();
    EXPECT_TRUE(client.ended);
    EXPECT_EQ(client.frames(), 0U);
}

TEST_F(FanOutTest, LeavesNothingBehind) {
    {
        TestClient client;
        subscribe(client, arn_);
        EXPECT_EQ(service_->fan_out().subscriptions(), 1U);
        EXPECT_EQ(service_->fan_out().feeds(), 1U);
    }
    EXPECT_EQ(service_->fan_out().feeds(), 0U);
    pass(kSubscriptionTakeover);
    EXPECT_EQ(service_->fan_out().subscriptions(), 0U);
    // A source that nobody opened.
    EXPECT_EQ(subscribe_error(arn_, {.type = "LATEST"}), "200");
    EXPECT_EQ(service_->fan_out().feeds(), 0U);
}

}  // namespace
}  // namespace millrace::kinesis
