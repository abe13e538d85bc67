#include "services/kinesis/stream.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "base/assert.h"

namespace millrace::kinesis {
namespace {

constexpr std::string_view kShardPrefix = "shardId-";
constexpr std::size_t kShardDigits = 12;

std::string_view partition_of(std::string_view region) {
    if (region.starts_with("cn-")) return "aws-cn";
    if (region.starts_with("us-gov-")) return "aws-us-gov";
    return "aws";
}

/// Takes what stands before the separator off the text.
std::optional<std::string_view> take_until(std::string_view& text, char separator) {
    const std::size_t at = text.find(separator);
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view taken = text.substr(0, at);
    text.remove_prefix(at + 1);
    return taken;
}

}  // namespace

std::string_view to_string(StreamStatus status) {
    switch (status) {
        case StreamStatus::kCreating:
            return "CREATING";
        case StreamStatus::kActive:
            return "ACTIVE";
        case StreamStatus::kDeleting:
            return "DELETING";
    }
    return {};
}

std::string stream_arn(const aws::Scope& scope, std::string_view name) {
    return fmt::format("arn:{}:kinesis:{}:{}:stream/{}", partition_of(scope.region), scope.region,
                       scope.account, name);
}

std::optional<StreamId> parse_stream_arn(std::string_view arn) {
    const std::string_view whole = arn;
    for (int i = 0; i < 3; ++i) {
        if (!take_until(arn, ':')) return std::nullopt;
    }
    const auto region = take_until(arn, ':');
    const auto account = take_until(arn, ':');
    const auto kind = take_until(arn, '/');
    if (!region || !account || !kind) return std::nullopt;
    StreamId id{.scope = {.account = std::string(*account), .region = std::string(*region)},
                .name = std::string(arn)};
    if (id.name.empty() || stream_arn(id.scope, id.name) != whole) return std::nullopt;
    return id;
}

std::string shard_name(std::uint32_t index) {
    return fmt::format("{}{:012}", kShardPrefix, index);
}

std::optional<std::uint32_t> parse_shard_name(std::string_view name) {
    if (!name.starts_with(kShardPrefix)) return std::nullopt;
    name.remove_prefix(kShardPrefix.size());
    if (name.size() != kShardDigits) return std::nullopt;
    std::uint32_t index = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
    if (error != std::errc{} || end != name.data() + name.size()) return std::nullopt;
    return index;
}

const Shard* find_shard(const Stream& stream, std::string_view name) {
    const auto index = parse_shard_name(name);
    return index && *index < stream.shards.size() ? &stream.shards[*index] : nullptr;
}

const Shard& shard_for(const Stream& stream, HashKey key) {
    const auto after =
        std::upper_bound(stream.shards.begin(), stream.shards.end(), key,
                         [](HashKey wanted, const Shard& shard) { return wanted < shard.range.first; });
    MILLRACE_ASSERT(after != stream.shards.begin());
    return *(after - 1);
}

SequenceNumber sequence_number(const Shard& shard, storage::Offset offset) {
    return {.shard_created = shard.created, .shard_index = shard.index, .position = offset.value() + 1};
}

SequenceNumber starting_sequence_number(const Shard& shard) {
    return {.shard_created = shard.created, .shard_index = shard.index, .position = 0};
}

}  // namespace millrace::kinesis
