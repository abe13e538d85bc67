#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/kinesis.h"
#include "services/kinesis/streams.h"

namespace millrace::kinesis {

// Streams and shards as the API shows them.

[[nodiscard]] api::kinesis::StreamModeDetails describe_mode(const Stream& stream);
[[nodiscard]] std::vector<api::kinesis::EnhancedMetrics> describe_monitoring(const Stream& stream);
[[nodiscard]] std::string encryption_type(const Stream& stream);
/// As writes and reads report it: absent when there is none.
[[nodiscard]] std::optional<std::string> encryption_used(const Stream& stream);
/// What the open shards are made for, in MiB/s of writes.
[[nodiscard]] std::int32_t current_mibps(const Stream& stream);
/// Absent for a stream that is not on demand.
[[nodiscard]] std::optional<std::string> describe_distribution(const Stream& stream);
/// A closed shard ends with the place behind its last record.
[[nodiscard]] api::kinesis::Shard describe_shard(const Shard& shard, const storage::LogStore& store);
/// As reads report them at the end of a closed shard.
[[nodiscard]] std::vector<api::kinesis::ChildShard> describe_children(const Stream& stream,
                                                                      const Shard& shard);

/// As clients see them.
[[nodiscard]] std::vector<api::kinesis::Record> describe_records(
    const std::vector<StoredRecord>& records, const Shard& shard,
    const std::optional<std::string>& encryption);

/// How old the last record read is; 0 only when everything up to `end` was read: consumers take it for that.
[[nodiscard]] std::int64_t millis_behind(const std::vector<StoredRecord>& records, storage::Offset end,
                                         WallTime now);

}  // namespace millrace::kinesis
