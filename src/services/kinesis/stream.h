#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/context.h"
#include "base/time.h"
#include "services/kinesis/hash_key.h"
#include "services/kinesis/limits.h"
#include "services/kinesis/sequence_number.h"
#include "storage/log_store.h"

namespace millrace::kinesis {

enum class StreamStatus { kCreating, kActive, kDeleting };

[[nodiscard]] std::string_view to_string(StreamStatus status);

/// One shard is one log.
struct Shard {
    std::uint32_t index = 0;
    storage::LogId log;  ///< also tells this shard from one of the same name in an earlier stream
    WallTime created;
    HashKeyRange range;
    friend bool operator==(const Shard&, const Shard&) = default;
};

using Tags = std::map<std::string, std::string>;

/// What its creator may choose.
struct StreamOptions {
    bool on_demand = false;
    std::int32_t shard_count = 1;
    std::int32_t retention_hours = kRetentionHoursDefault;
    std::int32_t record_kib_max = kRecordKiBDefault;
    std::optional<std::string> kms_key;  ///< stored and reported; nothing is encrypted
    Tags tags;
    friend bool operator==(const StreamOptions&, const StreamOptions&) = default;
};

struct Stream {
    aws::Scope scope;
    std::string name;
    WallTime created;
    StreamStatus status = StreamStatus::kActive;
    StreamOptions options;
    std::vector<Shard> shards;  ///< by index; their ranges are in the same order and cover all hash keys
    friend bool operator==(const Stream&, const Stream&) = default;
};

/// "arn:aws:kinesis:<region>:<account>:stream/<name>"
[[nodiscard]] std::string stream_arn(const aws::Scope& scope, std::string_view name);

struct StreamId {
    aws::Scope scope;
    std::string name;
};

/// Nothing when the text is not the ARN of a stream.
[[nodiscard]] std::optional<StreamId> parse_stream_arn(std::string_view arn);

/// "shardId-000000000003"
[[nodiscard]] std::string shard_name(std::uint32_t index);
[[nodiscard]] std::optional<std::uint32_t> parse_shard_name(std::string_view name);

/// nullptr when the stream has no such shard.
[[nodiscard]] const Shard* find_shard(const Stream& stream, std::string_view name);
[[nodiscard]] const Shard& shard_for(const Stream& stream, HashKey key);

/// The sequence number of the record at the offset.
[[nodiscard]] SequenceNumber sequence_number(const Shard& shard, storage::Offset offset);
/// The place before the shard's first record.
[[nodiscard]] SequenceNumber starting_sequence_number(const Shard& shard);

}  // namespace millrace::kinesis
