#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "aws/error.h"
#include "base/time.h"
#include "services/kinesis/stream.h"
#include "storage/log_store.h"

namespace millrace::kinesis {

/// Where a client wants to begin to read a shard, as GetShardIterator and SubscribeToShard say it.
struct Position {
    std::string type;  ///< "LATEST" and so on, as the API model has them
    std::optional<std::string> sequence_number;
    std::optional<WallTime> timestamp;
};

/// Each type with what belongs to it and nothing else, and no time in the future.
[[nodiscard]] aws::Outcome<void> check_position(const Position& position, WallTime now);

using LocateDone = std::move_only_function<void(aws::Outcome<storage::Offset>)>;

/// The offset of the first record to read, of a position that was checked. `operation` is named in errors:
/// InvalidArgumentException for a sequence number that is not the shard's. May answer inside the call.
void locate(storage::LogStore& store, const Stream& stream, const Shard& shard, const Position& position,
            std::string_view operation, LocateDone done);

}  // namespace millrace::kinesis
