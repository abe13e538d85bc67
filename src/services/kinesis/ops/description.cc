#include "services/kinesis/ops/description.h"

#include <algorithm>

namespace millrace::kinesis {

api::kinesis::StreamModeDetails describe_mode(const Stream& stream) {
    return {.stream_mode = stream.options.on_demand ? "ON_DEMAND" : "PROVISIONED"};
}

std::string encryption_type(const Stream& stream) {
    return stream.options.kms_key ? "KMS" : "NONE";
}

std::optional<std::string> encryption_used(const Stream& stream) {
    if (!stream.options.kms_key) return std::nullopt;
    return encryption_type(stream);
}

api::kinesis::Shard describe_shard(const Shard& shard) {
    return {
        .shard_id = shard_name(shard.index),
        .hash_key_range = {.starting_hash_key = to_decimal(shard.range.first),
                           .ending_hash_key = to_decimal(shard.range.last)},
        .sequence_number_range = {.starting_sequence_number = to_string(starting_sequence_number(shard))}};
}

std::vector<api::kinesis::Record> describe_records(const std::vector<StoredRecord>& records,
                                                   const Shard& shard,
                                                   const std::optional<std::string>& encryption) {
    std::vector<api::kinesis::Record> described;
    described.reserve(records.size());
    for (const StoredRecord& stored : records) {
        described.push_back({.sequence_number = to_string(sequence_number(shard, stored.offset)),
                             .approximate_arrival_timestamp = stored.arrival,
                             .data = std::string(stored.record.data),
                             .partition_key = std::string(stored.record.partition_key),
                             .encryption_type = encryption});
    }
    return described;
}

std::int64_t millis_behind(const std::vector<StoredRecord>& records, storage::Offset end, WallTime now) {
    if (records.empty() || records.back().offset.value() + 1 >= end.value()) return 0;
    return std::max<std::int64_t>((now - records.back().arrival).count(), 1);
}

}  // namespace millrace::kinesis
