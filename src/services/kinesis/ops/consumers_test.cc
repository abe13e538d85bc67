#include <fmt/format.h>

#include "services/kinesis/consumer.h"
#include "services/kinesis/limits.h"
#include "services/kinesis/service_fixture.h"

namespace millrace::kinesis {
namespace {

constexpr std::string_view kStreamArn = "arn:aws:kinesis:us-east-1:000000000000:stream/s";

class ConsumersTest : public ServiceFixture {
  protected:
    ConsumersTest() { create_stream("s"); }

    static std::string named(std::string_view name, std::string_view more = "") {
        return fmt::format(R"({{"StreamARN":"{}","ConsumerName":"{}"{}}})", kStreamArn, name, more);
    }
    static std::string by_arn(std::string_view arn) { return fmt::format(R"({{"ConsumerARN":"{}"}})", arn); }

    /// Its ARN.
    std::string add(std::string_view name) {
        const auto output = ok("RegisterStreamConsumer", named(name));
        return text_of(output.at("Consumer").as_object(), "ConsumerARN");
    }
    std::vector<std::string> names(const std::string& more = "", std::string* token = nullptr) {
        const auto output =
            ok("ListStreamConsumers", fmt::format(R"({{"StreamARN":"{}"{}}})", kStreamArn, more));
        if (token != nullptr) *token = output.contains("NextToken") ? text_of(output, "NextToken") : "";
        std::vector<std::string> found;
        for (const auto& consumer : output.at("Consumers").as_array()) {
            found.push_back(text_of(consumer.as_object(), "ConsumerName"));
        }
        return found;
    }
    std::string status(const std::string& arn) {
        const auto output = ok("DescribeStreamConsumer", by_arn(arn));
        return text_of(output.at("ConsumerDescription").as_object(), "ConsumerStatus");
    }
};

TEST_F(ConsumersTest, ArnsCarryTheCreationTime) {
    const std::string arn = add("c.1");
    EXPECT_EQ(arn, fmt::format("{}/consumer/c.1:1700000000", kStreamArn));
    const auto id = parse_consumer_arn(arn);
    ASSERT_TRUE(id.has_value());
    EXPECT_EQ(id->stream.name, "s");
    EXPECT_EQ(id->name, "c.1");
    EXPECT_EQ(id->created_seconds, 1'700'000'000);
    for (const char* wrong : {"", "arn:aws:kinesis:us-east-1:000000000000:stream/s",
                              "arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c",
                              "arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/:1",
                              "arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:1x",
                              "arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:-1",
                              "arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:253402300800",
                              "arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:"}) {
        EXPECT_FALSE(parse_consumer_arn(wrong).has_value()) << wrong;
    }
}

TEST_F(ConsumersTest, CatalogValuesComeBack) {
    const Consumer consumer{.scope = {.account = "000000000000", .region = "us-east-1"},
                            .stream = "s",
                            .name = "c",
                            .created = from_millis(1'700'000'000'123),
                            .tags = {{"k", "v"}}};
    EXPECT_EQ(parse_consumer(catalog_key(consumer), to_json(consumer)), consumer);
    for (const char* key : {"kinesis/streams/a/r/s", "kinesis/consumers/a/r/s", "kinesis/consumers/a/r/s/",
                            "kinesis/consumers/a/r/s/c/d"}) {
        EXPECT_FALSE(parse_consumer(key, to_json(consumer)).has_value()) << key;
    }
    for (const char* value : {"", "[]", "{}", R"({"created":1})", R"({"created":"1","tags":{}})",
                              R"({"created":1,"tags":{"a":1}})"}) {
        EXPECT_FALSE(parse_consumer(catalog_key(consumer), value).has_value()) << value;
    }
}

TEST_F(ConsumersTest, AreActiveWhenDurableAndSurviveARestart) {
    const auto pending = start("RegisterStreamConsumer", named("c", R"(,"Tags":{"team":"a"})"));
    EXPECT_FALSE(pending->has_value()) << "not before it is durable";
    const std::string arn = fmt::format("{}/consumer/c:1700000000", kStreamArn);
    EXPECT_EQ(status(arn), "CREATING");
    EXPECT_EQ(status(arn), "ACTIVE");
    ASSERT_TRUE(pending->has_value());
    EXPECT_NE((*pending)->body.find(R"("ConsumerStatus":"CREATING")"), std::string::npos) << (*pending)->body;
    restart();
    EXPECT_EQ(status(arn), "ACTIVE");
    EXPECT_EQ(call("ListTagsForResource", fmt::format(R"({{"ResourceARN":"{}"}})", arn)).body,
              R"({"Tags":[{"Key":"team","Value":"a"}]})");
    EXPECT_EQ(call("ListTagsForResource", fmt::format(R"({{"ResourceARN":"{}"}})", kStreamArn)).body,
              R"({"Tags":[]})");
    ok("DeregisterStreamConsumer", by_arn(arn));
    restart();
    EXPECT_EQ(names(), std::vector<std::string>{});
}

TEST_F(ConsumersTest, NamesAreUniqueWithinAStream) {
    add("c");
    EXPECT_EQ(error("RegisterStreamConsumer", named("c")),
              fmt::format("ResourceInUseException: Consumer c under stream {} already exists for account "
                          "000000000000.",
                          kStreamArn));
    create_stream("t");
    ok("RegisterStreamConsumer",
       R"({"StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/t","ConsumerName":"c"})");
    EXPECT_EQ(error("RegisterStreamConsumer",
                    R"({"StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/no","ConsumerName":"c"})"),
              "ResourceNotFoundException: Stream no under account 000000000000 not found.");
}

TEST_F(ConsumersTest, AStreamHasTwentyAtMost) {
    for (std::size_t i = 0; i < kConsumersPerStreamMax; ++i) add(fmt::format("c{}", i));
    EXPECT_TRUE(error("RegisterStreamConsumer", named("one-more")).starts_with("LimitExceededException: "));
    ok("DeregisterStreamConsumer", named("c0"));
    add("one-more");
}

TEST_F(ConsumersTest, HaveFiftyTagsAtMost) {
    const auto tags = [](std::size_t count) {
        std::string json;
        for (std::size_t i = 0; i < count; ++i) json += fmt::format(R"({}"k{}":"v")", i == 0 ? "" : ",", i);
        return fmt::format(R"(,"Tags":{{{}}})", json);
    };
    ok("RegisterStreamConsumer", named("c", tags(kTagsPerResourceMax)));
    EXPECT_TRUE(error("RegisterStreamConsumer", named("d", tags(kTagsPerResourceMax + 1)))
                    .starts_with("InvalidArgumentException: Failed to add tags to consumer d"));
}

TEST_F(ConsumersTest, AreMeantByArnOrByName) {
    const std::string arn = add("c");
    EXPECT_EQ(call("DescribeStreamConsumer", named("c")).body,
              call("DescribeStreamConsumer", by_arn(arn)).body);
    ok("DescribeStreamConsumer", named("c", fmt::format(R"(,"ConsumerARN":"{}")", arn)));
    EXPECT_EQ(
        error("DescribeStreamConsumer", named("d", fmt::format(R"(,"ConsumerARN":"{}")", arn))),
        "InvalidArgumentException: ConsumerARN, StreamARN and ConsumerName do not name the same consumer.");
    EXPECT_TRUE(error("DescribeStreamConsumer", R"({"ConsumerName":"c"})").starts_with("InvalidArgumentExc"));
    EXPECT_EQ(error("DescribeStreamConsumer", named("d")),
              "ResourceNotFoundException: Consumer d, account 000000000000 not found.");
    // A later consumer of the same name is another one.
    ok("DeregisterStreamConsumer", by_arn(arn));
    clock_.advance(Milliseconds{1'000});
    add("c");
    EXPECT_EQ(error("DescribeStreamConsumer", by_arn(arn)),
              fmt::format("ResourceNotFoundException: Consumer {}, account 000000000000 not found.", arn));
}

TEST_F(ConsumersTest, AreListedInPages) {
    for (const char* name : {"b", "c", "a"}) add(name);
    std::string token;
    EXPECT_EQ(names(R"(,"MaxResults":2)", &token), (std::vector<std::string>{"a", "b"}));
    const std::string next = fmt::format(R"(,"NextToken":"{}")", token);
    EXPECT_EQ(names(next, &token), (std::vector<std::string>{"c"}));
    EXPECT_EQ(token, "");
    clock_.advance(kPageTokenLifetime);
    EXPECT_EQ(names(next), (std::vector<std::string>{"c"}));
    clock_.advance(Milliseconds{1});
    EXPECT_EQ(error("ListStreamConsumers", fmt::format(R"({{"StreamARN":"{}"{}}})", kStreamArn, next)),
              "ExpiredNextTokenException: NextToken expired.");
    EXPECT_EQ(
        error("ListStreamConsumers", fmt::format(R"({{"StreamARN":"{}","NextToken":"x"}})", kStreamArn)),
        "InvalidArgumentException: Invalid NextToken.");
}

TEST_F(ConsumersTest, HoldTheirStreamUnlessToldOtherwise) {
    add("c");
    const auto summary = ok("DescribeStreamSummary", R"({"StreamName":"s"})");
    EXPECT_EQ(summary.at("StreamDescriptionSummary").as_object().at("ConsumerCount").as_int64(), 1);
    EXPECT_EQ(
        error("DeleteStream", R"({"StreamName":"s"})"),
        fmt::format("ResourceInUseException: DeleteStream can't delete {} because there are consumers "
                    "associated with this data stream. To delete s anyway, set the EnforceConsumerDeletion "
                    "parameter to true to force the deletion of all the consumers that are associated with "
                    "it.",
                    kStreamArn));
    ok("DeleteStream", R"({"StreamName":"s","EnforceConsumerDeletion":true})");
    create_stream("s");
    EXPECT_EQ(names(), std::vector<std::string>{});
    restart();
    EXPECT_EQ(names(), std::vector<std::string>{});
}

}  // namespace
}  // namespace millrace::kinesis
