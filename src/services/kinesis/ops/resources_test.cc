#include <fmt/format.h>

#include "services/kinesis/limits.h"
#include "services/kinesis/service_fixture.h"

namespace millrace::kinesis {
namespace {

constexpr std::string_view kStreamArn = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
constexpr std::string_view kPolicy =
    R"({\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\"}})";

/// Tags and resource policies, which streams and consumers have alike.
class ResourcesTest : public ServiceFixture {
  protected:
    ResourcesTest() {
        create_stream("s");
        const auto output = ok("RegisterStreamConsumer", fmt::format(R"({{"StreamARN":"{}","ConsumerName":"c",
            "Tags":{{"team":"a"}}}})",
                                                                     kStreamArn));
        consumer_ = text_of(output.at("Consumer").as_object(), "ConsumerARN");
    }
    static std::string of(std::string_view arn, std::string_view more = "") {
        return fmt::format(R"({{"ResourceARN":"{}"{}}})", arn, more);
    }
    static std::string policy() { return fmt::format(R"(,"Policy":"{}")", kPolicy); }
    std::string tags(std::string_view arn) { return call("ListTagsForResource", of(arn)).body; }
    std::string stored_policy(std::string_view arn) {
        return text_of(ok("GetResourcePolicy", of(arn)), "Policy");
    }

    std::string consumer_;
};

TEST_F(ResourcesTest, AreTaggedAndUntagged) {
    for (const std::string& arn : {std::string(kStreamArn), consumer_}) {
        ok("TagResource", of(arn, R"(,"Tags":{"team":"b","cost":"1"})"));
        EXPECT_EQ(tags(arn), R"({"Tags":[{"Key":"cost","Value":"1"},{"Key":"team","Value":"b"}]})");
        ok("UntagResource", of(arn, R"(,"TagKeys":["team","never"])"));
        EXPECT_EQ(tags(arn), R"({"Tags":[{"Key":"cost","Value":"1"}]})");
    }
    EXPECT_EQ(codec::to_json(ok("ListTagsForStream", R"({"StreamName":"s"})").at("Tags")),
              R"([{"Key":"cost","Value":"1"}])");
    restart();
    EXPECT_EQ(tags(kStreamArn), R"({"Tags":[{"Key":"cost","Value":"1"}]})");
    EXPECT_EQ(tags(consumer_), R"({"Tags":[{"Key":"cost","Value":"1"}]})");
}

TEST_F(ResourcesTest, HaveFiftyTagsAtMost) {
    std::string fifty;
    for (std::size_t i = 0; i < kTagsPerResourceMax; ++i)
        fifty += fmt::format(R"({}"k{}":"v")", i == 0 ? "" : ",", i);
    ok("UntagResource", of(consumer_, R"(,"TagKeys":["team"])"));
    for (const auto& [arn, what] :
         {std::pair{std::string(kStreamArn), "stream s"}, {consumer_, "consumer c"}}) {
        ok("TagResource", of(arn, fmt::format(R"(,"Tags":{{{}}})", fifty)));
        EXPECT_EQ(error("TagResource", of(arn, R"(,"Tags":{"one":"more"})")),
                  fmt::format("InvalidArgumentException: Failed to add tags to {} under account 000000000000 "
                              "because a given {} cannot have more than 50 tags associated with it.",
                              what, std::string_view(what).substr(0, std::string_view(what).find(' '))));
        ok("TagResource", of(arn, R"(,"Tags":{"k1":"another value"})"));
    }
}

TEST_F(ResourcesTest, TagsHaveCertainCharacters) {
    const auto tag = [&](std::string_view key, std::string_view value) {
        return error("TagResource", of(kStreamArn, fmt::format(R"(,"Tags":{{"{}":"{}"}})", key, value)));
    };
    EXPECT_EQ(tag("aZ0 _./-=+@:", "Grüße"), "200");
    EXPECT_EQ(tag("日本語", ""), "200");
    const std::string invalid =
        "InvalidArgumentException: Some tags contain invalid characters. Valid characters: Unicode letters, "
        "digits, white space, _ . / = + - % @ :.";
    for (const char* text : {"a,b", "a*", "a!", "~", "\\t", "→", "😀", "\\u0000", "\\u2000"}) {
        EXPECT_EQ(tag(text, "v"), invalid) << text;
        EXPECT_EQ(tag("k", text), invalid) << text;
    }
    const std::string percent =
        " stream s under account 000000000000 because some tags contained illegal characters. The allowed "
        "characters are Unicode letters, white-spaces, '_',',','/','=','+','-','@',':'.";
    EXPECT_EQ(tag("100%", "v"), "InvalidArgumentException: Failed to add tags to" + percent);
    EXPECT_EQ(error("AddTagsToStream", R"({"StreamName":"s","Tags":{"k":"%"}})"),
              "InvalidArgumentException: Failed to add tags to" + percent);
    EXPECT_EQ(error("RemoveTagsFromStream", R"({"StreamName":"s","TagKeys":["%"]})"),
              "InvalidArgumentException: Failed to remove tags from" + percent);
    EXPECT_EQ(error("UntagResource", of(kStreamArn, R"(,"TagKeys":["*"])")), invalid);
    EXPECT_EQ(error("CreateStream", R"({"StreamName":"t","ShardCount":1,"Tags":{"a":"*"}})"), invalid);
}

TEST_F(ResourcesTest, HavePoliciesOfTheirOwn) {
    EXPECT_EQ(
        error("DeleteResourcePolicy", of(consumer_)),
        fmt::format("ResourceNotFoundException: No resource policy found for resource ARN {}.", consumer_));
    ok("PutResourcePolicy", of(consumer_, policy()));
    EXPECT_EQ(stored_policy(kStreamArn), "{}");
    restart();
    EXPECT_EQ(stored_policy(consumer_), R"({"Statement":{"Effect":"Allow","Principal":"*","Action":"*"}})");
    EXPECT_EQ(tags(consumer_), R"({"Tags":[{"Key":"team","Value":"a"}]})");
    ok("DeleteResourcePolicy", of(consumer_));
    EXPECT_EQ(stored_policy(consumer_), "{}");
}

TEST_F(ResourcesTest, ChangesInFlightBuildOnEachOther) {
    const auto one = start("TagResource", of(consumer_, R"(,"Tags":{"one":"1"})"));
    const auto two = start("PutResourcePolicy", of(consumer_, policy()));
    EXPECT_EQ(tags(consumer_), R"({"Tags":[{"Key":"team","Value":"a"}]})") << "not before it is durable";
    executor_.run_ready();
    ASSERT_TRUE(one->has_value());
    ASSERT_TRUE(two->has_value());
    restart();
    EXPECT_EQ(tags(consumer_), R"({"Tags":[{"Key":"one","Value":"1"},{"Key":"team","Value":"a"}]})");
    EXPECT_NE(stored_policy(consumer_), "{}");
}

TEST_F(ResourcesTest, ThoseThatAreGoingAreNotChanged) {
    const auto deleted = start("DeleteStream", R"({"StreamName":"s","EnforceConsumerDeletion":true})");
    const auto tagged = start("TagResource", of(consumer_, R"(,"Tags":{"late":"1"})"));
    executor_.run_ready();
    EXPECT_EQ(
        error_of(**tagged),
        "ResourceInUseException: Stream s under account 000000000000 not ACTIVE, instead in state DELETING");
    restart();
    EXPECT_TRUE(error("TagResource", of(consumer_, R"(,"Tags":{"late":"1"})"))
                    .starts_with("ResourceNotFoundException: "));
}

TEST_F(ResourcesTest, OthersAreRefused) {
    for (const char* arn : {"arn:aws:kinesis:us-east-1:000000000000:channel/c",
                            "arn:aws:kinesis:us-east-1:000000000000:queue/q"}) {
        EXPECT_EQ(error("TagResource", of(arn, R"(,"Tags":{"a":"b"})")),
                  fmt::format("InvalidArgumentException: Invalid ResourceARN {}.", arn));
    }
    EXPECT_EQ(error("ListTagsForResource", of("arn:aws:kinesis:us-east-1:000000000000:stream/t")),
              "ResourceNotFoundException: Stream t under account 000000000000 not found.");
    EXPECT_EQ(
        error("TagResource",
              of("arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:1", R"(,"Tags":{"a":"b"})")),
        "ResourceNotFoundException: Consumer arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:1, "
        "account 000000000000 not found.");
    EXPECT_EQ(
        error("UntagResource", of(kStreamArn, R"(,"TagKeys":["a"],"StreamId":"abcdefghijabcdefghij-abc")")),
        "InvalidArgumentException: StreamId is not implemented.");
}

}  // namespace
}  // namespace millrace::kinesis
