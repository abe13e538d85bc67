#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "aws/context.h"
#include "base/time.h"
#include "services/kinesis/limits.h"
#include "services/kinesis/routes.h"
#include "services/kinesis/shards.h"

namespace millrace::kinesis {

enum class StreamStatus { kCreating, kActive, kUpdating, kDeleting };

[[nodiscard]] std::string_view to_string(StreamStatus status);
/// A stream that may be written and read: one that is not being created or deleted.
[[nodiscard]] bool is_usable(StreamStatus status);

using Tags = std::map<std::string, std::string>;

/// What its creator may choose, and what limits how often that changes.
struct StreamOptions {
    bool on_demand = false;
    std::int32_t shard_count = 1;  ///< at its creation
    std::int32_t retention_hours = kRetentionHoursDefault;
    std::int32_t record_kib_max = kRecordKiBDefault;
    std::optional<std::string> kms_key;  ///< stored and reported; nothing is encrypted
    Tags tags;
    std::optional<std::int32_t> warm_mibps;  ///< on demand only: MiB/s of writes to be ready for
    bool auto_distribution = false;          ///< on demand only: no key decides on a record's shard
    std::set<std::string> shard_metrics;     ///< asked for by EnableEnhancedMonitoring; nothing is measured
    std::optional<std::string> policy;       ///< the stream's resource policy; nobody is refused by it
    std::vector<WallTime> scalings;          ///< by UpdateShardCount, those of the last 24 hours at least
    std::vector<WallTime> mode_switches;     ///< likewise
    friend bool operator==(const StreamOptions&, const StreamOptions&) = default;
};

struct Stream {
    aws::Scope scope;
    std::string name;
    WallTime created;
    StreamStatus status = StreamStatus::kActive;
    StreamOptions options;
    Shards shards;
    Routes routes;
    std::uint64_t incarnation = 0;  ///< tells streams of one name apart while the process runs
    friend bool operator==(const Stream&, const Stream&) = default;
};

/// "arn:aws:kinesis:<region>:<account>:stream/<name>"
[[nodiscard]] std::string stream_arn(const aws::Scope& scope, std::string_view name);

struct StreamId {
    aws::Scope scope;
    std::string name;
    friend bool operator==(const StreamId&, const StreamId&) = default;
};

/// Nothing when the text is not the ARN of a stream.
[[nodiscard]] std::optional<StreamId> parse_stream_arn(std::string_view arn);

/// nullptr when the stream has no such shard.
[[nodiscard]] const Shard* find_shard(const Stream& stream, std::string_view name);

}  // namespace millrace::kinesis
