#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace millrace::kinesis {

/// A record's sequence number: on the wire a 56-digit decimal number, "49..." until the year 2057. As
/// integers, numbers of one shard increase with each record, and those of a shard created later (the child of
/// a reshard) are higher than all of its parents'.
///
/// The number has 186 bits: 1 | shard created, ms: 47 | zero: 10 | shard index: 32 | position: 64 | 2: 32.
struct SequenceNumber {
    WallTime shard_created;
    std::uint32_t shard_index = 0;
    /// 0 is the place before the first record, the shard's StartingSequenceNumber; the record at log offset n
    /// has position n + 1.
    std::uint64_t position = 0;
    friend auto operator<=>(const SequenceNumber&, const SequenceNumber&) = default;
};

[[nodiscard]] std::string to_string(const SequenceNumber& number);

/// Nothing unless the text is exactly what to_string() makes.
[[nodiscard]] std::optional<SequenceNumber> parse_sequence_number(std::string_view text);

}  // namespace millrace::kinesis
