#include "services/kinesis/shard.h"

#include <charconv>
#include <fmt/format.h>

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
    std::uint32_t index = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
    if (error != std::errc{} || end != name.data() + name.size() || index > kIndexMax) return std::nullopt;
    return index;
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
