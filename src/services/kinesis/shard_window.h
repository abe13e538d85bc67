#pragma once

#include "base/time.h"
#include "services/kinesis/stream.h"

namespace millrace::kinesis {

/// Which shards ListShards lists, by the times between which they were open: what every ShardFilter but
/// AFTER_SHARD_ID comes to.
struct ShardWindow {
    WallTime created_until;  ///< this moment included
    WallTime closed_from;    ///< this moment included; open shards always pass
    friend bool operator==(const ShardWindow&, const ShardWindow&) = default;
};

/// The end of time, as clients may carry it.
inline const WallTime kForever = from_millis(253'402'300'799'999);

/// The oldest moment of which the stream still has all shards: a retention period ago, or, where the period
/// was made longer meanwhile, when the newest shard without a parent was created.
[[nodiscard]] WallTime trim_horizon(const Stream& stream, WallTime now);

[[nodiscard]] inline bool passes(const Shard& shard, const ShardWindow& window) {
    return shard.created <= window.created_until && (!shard.closed || shard.closed->at >= window.closed_from);
}

}  // namespace millrace::kinesis
