#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "services/kinesis/stream.h"

namespace millrace::kinesis {

/// "kinesis/shards/<account>/<region>/<stream>/<index>": each shard has a value of its own, so that a change
/// of one of ten thousand writes one.
inline constexpr std::string_view kShardsPrefix = "kinesis/shards/";
[[nodiscard]] std::string shard_key(const aws::Scope& scope, std::string_view stream, std::uint32_t index);

struct StoredShard {
    StreamId stream;
    Shard shard;
    friend bool operator==(const StoredShard&, const StoredShard&) = default;
};

/// The catalog's value; the format is in this room's README.
[[nodiscard]] std::string to_json(const Shard& shard);

/// kCorruption when the pair is not a shard's.
[[nodiscard]] Result<StoredShard> parse_shard(std::string_view key, std::string_view value);

}  // namespace millrace::kinesis
