#pragma once

#include <cstdint>
#include <string_view>

#include "base/units.h"
#include "services/kinesis/limits.h"

namespace millrace::kinesis {

// How often and how much, with --limits=aws. Sources: the Kinesis Data Streams Developer Guide ("Quotas and
// limits", "Handle large records", "Test your permissions and request inputs with dry run") and the API
// Reference of each operation. Where those say only "per second", so much may also come at once.

/// So many tokens come in a second, and so many at most wait to be taken.
struct Rate {
    std::int64_t per_second;
    std::int64_t burst = per_second;
};

/// Records of 1 MiB and less, into a shard.
inline constexpr Rate kShardWriteBytes{kShardBytesPerSecond};
inline constexpr Rate kShardWriteRecords{kShardRecordsPerSecond};
/// All records, larger ones included: a tank of which a large record takes its size.
inline constexpr Rate kShardWriteTank{kShardBytesPerSecond, 10_MiB};
inline constexpr std::size_t kLargeRecordBytes = 1_MiB;  ///< of those above

/// GetRecords of a shard. Who is given more than a second's worth waits as many seconds.
inline constexpr Rate kShardReads{5};
inline constexpr Rate kShardReadBytes{2_MiB};
/// GetShardIterator of a shard.
inline constexpr Rate kShardIterators{5};
/// What a subscription pushes of one shard to one consumer.
inline constexpr Rate kFanOutBytes{2_MiB};
/// SubscribeToShard by one consumer to one shard.
inline constexpr Rate kSubscriptions{1};
/// All operations with DryRun on a stream together.
inline constexpr Rate kDryRuns{1};

/// How often an operation may be called by an account in a region, or of one stream.
struct CallRate {
    std::string_view operation;
    Rate rate;
    bool of_stream = false;
};

/// nullptr when AWS states no rate.
[[nodiscard]] const CallRate* find_call_rate(std::string_view operation);

}  // namespace millrace::kinesis
