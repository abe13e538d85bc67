#include "services/kinesis/rates.h"

#include <algorithm>
#include <array>

namespace millrace::kinesis {
namespace {

constexpr std::array kCallRates = std::to_array<CallRate>({
    {"AddTagsToStream", {5}},
    {"CreateStream", {5}},
    {"DeleteStream", {5}},
    {"DeregisterStreamConsumer", {5}, true},
    {"DescribeAccountSettings", {5}},
    {"DescribeLimits", {1}},
    {"DescribeStream", {10}},
    {"DescribeStreamConsumer", {20}, true},
    {"DescribeStreamSummary", {20}},
    {"ListShards", {1'000}, true},
    {"ListStreamConsumers", {5}, true},
    {"ListStreams", {5}},
    {"ListTagsForStream", {5}},
    {"MergeShards", {5}},
    {"RegisterStreamConsumer", {5}},
    {"RemoveTagsFromStream", {5}},
    {"SplitShard", {5}},
    {"UpdateAccountSettings", {5}},
    {"UpdateShardCount", {10}},
    {"UpdateStreamWarmThroughput", {5}},
});

}  // namespace

const CallRate* find_call_rate(std::string_view operation) {
    const auto* const found = std::ranges::find(kCallRates, operation, &CallRate::operation);
    return found == kCallRates.end() ? nullptr : found;
}

}  // namespace millrace::kinesis
