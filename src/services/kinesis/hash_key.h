#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::kinesis {

/// Where a record falls among the shards: a number from 0 to 2^128 - 1.
using HashKey = unsigned __int128;

inline constexpr HashKey kHashKeyMax = ~HashKey{0};

/// The hash keys of one shard, both ends included.
struct HashKeyRange {
    HashKey first = 0;
    HashKey last = kHashKeyMax;
    friend bool operator==(const HashKeyRange&, const HashKeyRange&) = default;
};

/// The MD5 of the key's bytes, read as a big-endian number.
[[nodiscard]] HashKey hash_partition_key(std::string_view key);

/// All hash keys in `shards` (at least 1) ranges of equal width, the last one taking the remainder.
[[nodiscard]] std::vector<HashKeyRange> split_evenly(std::size_t shards);

[[nodiscard]] std::string to_decimal(HashKey key);

/// Digits without leading zeros; nothing when the text is anything else or above kHashKeyMax.
[[nodiscard]] std::optional<HashKey> parse_hash_key(std::string_view text);

}  // namespace millrace::kinesis
