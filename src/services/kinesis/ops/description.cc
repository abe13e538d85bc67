#include "services/kinesis/ops/description.h"

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

}  // namespace millrace::kinesis
