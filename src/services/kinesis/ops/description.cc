#include "services/kinesis/ops/description.h"

#include <algorithm>

#include "base/units.h"
#include "services/kinesis/limits.h"

namespace millrace::kinesis {
namespace {

api::kinesis::HashKeyRange describe_range(const HashKeyRange& range) {
    return {.starting_hash_key = to_decimal(range.first), .ending_hash_key = to_decimal(range.last)};
}

}  // namespace

api::kinesis::StreamModeDetails describe_mode(const Stream& stream) {
    return {.stream_mode = stream.options.on_demand ? "ON_DEMAND" : "PROVISIONED"};
}

std::vector<api::kinesis::EnhancedMetrics> describe_monitoring(const Stream& stream) {
    const std::set<std::string>& metrics = stream.options.shard_metrics;
    return {{.shard_level_metrics = std::vector<std::string>(metrics.begin(), metrics.end())}};
}

std::string encryption_type(const Stream& stream) {
    return stream.options.kms_key ? "KMS" : "NONE";
}

std::optional<std::string> encryption_used(const Stream& stream) {
    if (!stream.options.kms_key) return std::nullopt;
    return encryption_type(stream);
}

std::int32_t current_mibps(const Stream& stream) {
    return static_cast<std::int32_t>(stream.shards.open_count() * kShardBytesPerSecond / 1_MiB);
}

std::optional<std::string> describe_distribution(const Stream& stream) {
    if (!stream.options.on_demand) return std::nullopt;
    return stream.options.auto_distribution ? "AUTO" : "USER_PARTITION_KEY";
}

api::kinesis::Shard describe_shard(const Shard& shard, const storage::LogStore& store) {
    api::kinesis::Shard description{
        .shard_id = shard_name(shard.index),
        .hash_key_range = describe_range(shard.range),
        .sequence_number_range = {.starting_sequence_number = to_string(starting_sequence_number(shard))}};
    if (shard.parent) description.parent_shard_id = shard_name(*shard.parent);
    if (shard.adjacent_parent) description.adjacent_parent_shard_id = shard_name(*shard.adjacent_parent);
    if (shard.closed) {
        description.sequence_number_range.ending_sequence_number =
            to_string(sequence_number(shard, store.end(shard.log)));
    }
    return description;
}

std::vector<api::kinesis::ChildShard> describe_children(const Stream& stream, const Shard& shard) {
    std::vector<api::kinesis::ChildShard> descriptions;
    for (const Shard* child : stream.shards.children_of(shard)) {
        api::kinesis::ChildShard description{.shard_id = shard_name(child->index),
                                             .hash_key_range = describe_range(child->range)};
        for (const auto& parent : {child->parent, child->adjacent_parent}) {
            if (parent) description.parent_shards.push_back(shard_name(*parent));
        }
        descriptions.push_back(std::move(description));
    }
    return descriptions;
}

std::vector<api::kinesis::Record> describe_records(const std::vector<StoredRecord>& records,
                                                   const Shard& shard,
                                                   const std::optional<std::string>& encryption) {
    std::vector<api::kinesis::Record> described;
    described.reserve(records.size());
    for (const StoredRecord& stored : records) {
        const std::string_view key = stored.record.partition_key;
        described.push_back({.sequence_number = to_string(sequence_number(shard, stored.offset)),
                             .approximate_arrival_timestamp = stored.arrival,
                             .data = stored.payload.slice(stored.record.data),
                             .partition_key = key.empty() ? std::nullopt : std::optional<std::string>(key),
                             .encryption_type = encryption});
    }
    return described;
}

std::int64_t millis_behind(const std::vector<StoredRecord>& records, storage::Offset end, WallTime now) {
    if (records.empty() || records.back().offset.value() + 1 >= end.value()) return 0;
    return std::max<std::int64_t>((now - records.back().arrival).count(), 1);
}

}  // namespace millrace::kinesis
