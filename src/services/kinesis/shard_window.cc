#include "services/kinesis/shard_window.h"

#include <algorithm>
#include <chrono>

namespace millrace::kinesis {
namespace {

bool has_its_parents(const Stream& stream, const Shard& shard) {
    return shard.parent && stream.shards.find(*shard.parent) != nullptr;
}

}  // namespace

WallTime trim_horizon(const Stream& stream, WallTime now) {
    WallTime horizon = now - std::chrono::hours{stream.options.retention_hours};
    for (const auto& [index, shard] : stream.shards.by_index()) {
        if (!has_its_parents(stream, shard)) horizon = std::max(horizon, shard.created);
    }
    return horizon;
}

}  // namespace millrace::kinesis
