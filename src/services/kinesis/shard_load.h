#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "base/time.h"
#include "storage/log_store.h"

namespace millrace::kinesis {

/// How much the shards of on-demand streams take. A shard is hot when it took half of what a shard is made
/// for (kShardBytesPerSecond, kShardRecordsPerSecond), on average over one minute: then AWS splits it.
/// Minutes are those of the clock; only shards that took something in the current one are kept. Threads: the
/// home executor.
class ShardLoad {
  public:
    /// Counts one record. Whether its shard is hot by now; it stays so until the minute is over.
    bool count(storage::LogId shard, std::size_t bytes, WallTime now);

  private:
    struct Taken {
        std::size_t bytes = 0;
        std::size_t records = 0;
    };
    std::int64_t minute_ = 0;  ///< since 1970
    std::unordered_map<storage::LogId, Taken> taken_;
};

}  // namespace millrace::kinesis
