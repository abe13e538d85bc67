#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "services/kinesis/hash_key.h"
#include "services/kinesis/sequence_number.h"
#include "storage/log_store.h"

namespace millrace::kinesis {

/// One shard is one log. Its range of hash keys is its own from its creation until it is split or merged;
/// then it is closed: its log takes no more, and its children go on with the range.
struct Shard {
    struct Closing {
        WallTime at;
        std::uint32_t first_child = 0;  ///< a second one, if there is one, has the next index
        friend bool operator==(const Closing&, const Closing&) = default;
    };

    std::uint32_t index = 0;
    storage::LogId log;  ///< also tells this shard from one of the same name in an earlier stream
    WallTime created;    ///< not before its parents were closed
    HashKeyRange range;
    std::optional<std::uint32_t> parent;
    std::optional<std::uint32_t> adjacent_parent;  ///< of a merge
    std::optional<Closing> closed;

    [[nodiscard]] bool open() const { return !closed; }
    [[nodiscard]] bool has_parent(std::uint32_t other) const {
        return parent == other || adjacent_parent == other;
    }
    friend bool operator==(const Shard&, const Shard&) = default;
};

/// "shardId-000000000003"
[[nodiscard]] std::string shard_name(std::uint32_t index);
/// As AWS reads it: the number behind the last hyphen, up to 2^31 - 1; "7" and "any-007" are such names, too.
[[nodiscard]] std::optional<std::uint32_t> parse_shard_name(std::string_view name);

/// The place before the shard's first record.
[[nodiscard]] SequenceNumber starting_sequence_number(const Shard& shard);
/// The sequence number of the record at the offset, in the shard that starts there.
[[nodiscard]] SequenceNumber sequence_number(SequenceNumber start, storage::Offset offset);
[[nodiscard]] SequenceNumber sequence_number(const Shard& shard, storage::Offset offset);

}  // namespace millrace::kinesis
