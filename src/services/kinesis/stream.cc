#include "services/kinesis/stream.h"

#include <fmt/format.h>

namespace millrace::kinesis {
namespace {

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
        case StreamStatus::kUpdating:
            return "UPDATING";
        case StreamStatus::kDeleting:
            return "DELETING";
    }
    return {};
}

bool is_usable(StreamStatus status) {
    return status == StreamStatus::kActive || status == StreamStatus::kUpdating;
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

const Shard* find_shard(const Stream& stream, std::string_view name) {
    const auto index = parse_shard_name(name);
    return index ? stream.shards.find(*index) : nullptr;
}

}  // namespace millrace::kinesis
