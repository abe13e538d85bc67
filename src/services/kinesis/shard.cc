#include "services/kinesis/shard.h"

#include <fmt/format.h>

#include "base/number.h"

namespace millrace::kinesis {
namespace {

constexpr std::string_view kShardPrefix = "shardId-";
constexpr std::uint32_t kIndexMax = 0x7fff'ffff;

}  // namespace

std::string shard_name(std::uint32_t index) {
    return fmt::format("{}{:012}", kShardPrefix, index);
}

std::optional<std::uint32_t> parse_shard_name(std::string_view name) {
    name.remove_prefix(name.rfind('-') + 1);  // none: npos + 1 is 0
    const auto index = parse_number<std::uint32_t>(name);
    return index && *index <= kIndexMax ? index : std::nullopt;
}

SequenceNumber starting_sequence_number(const Shard& shard) {
    return {.shard_created = shard.created, .shard_index = shard.index, .position = 0};
}

SequenceNumber sequence_number(SequenceNumber start, storage::Offset offset) {
    start.position = offset.value() + 1;
    return start;
}

SequenceNumber sequence_number(const Shard& shard, storage::Offset offset) {
    return sequence_number(starting_sequence_number(shard), offset);
}

}  // namespace millrace::kinesis
