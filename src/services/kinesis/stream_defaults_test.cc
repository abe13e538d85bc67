// What AWS takes when nothing is said, and the most it answers.
#include <fmt/format.h>

#include "services/kinesis/service_fixture.h"

namespace millrace::kinesis {
namespace {

class StreamDefaults : public ServiceFixture {};

TEST_F(StreamDefaults, AStreamWithoutModeAndShardCountIsOnDemand) {
    ok("CreateStream", R"({"StreamName":"s"})");
    const auto described = ok("DescribeStream", R"({"StreamName":"s"})").at("StreamDescription").as_object();
    EXPECT_EQ(text_of(described.at("StreamModeDetails").as_object(), "StreamMode"), "ON_DEMAND");
    EXPECT_EQ(described.at("Shards").as_array().size(), 4U);
    EXPECT_EQ(
        error("CreateStream", R"({"StreamName":"counted","StreamModeDetails":{"StreamMode":"PROVISIONED"}})"),
        "ValidationException: 1 validation error detected: Value null at 'shardCount' failed to satisfy "
        "constraint: Member must not be null");
}

TEST_F(StreamDefaults, AHundredShardsAndStreamsAtMost) {
    create_stream("s", 101);
    const auto described =
        ok("DescribeStream", R"({"StreamName":"s","Limit":10000})").at("StreamDescription").as_object();
    EXPECT_EQ(described.at("Shards").as_array().size(), 100U);
    EXPECT_TRUE(described.at("HasMoreShards").as_bool());
    for (int i = 0; i < 100; ++i) create_stream(fmt::format("t{}", i));
    const auto listed = ok("ListStreams", R"({"Limit":101})");
    EXPECT_EQ(listed.at("StreamNames").as_array().size(), 100U);
    EXPECT_TRUE(listed.at("HasMoreStreams").as_bool());
}

}  // namespace
}  // namespace millrace::kinesis
