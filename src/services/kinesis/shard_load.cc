#include "services/kinesis/shard_load.h"

#include "services/kinesis/limits.h"

namespace millrace::kinesis {
namespace {

constexpr std::size_t kMinuteSeconds = 60;
constexpr std::size_t kHotBytes = kShardBytesPerSecond / 2 * kMinuteSeconds;
constexpr std::size_t kHotRecords = kShardRecordsPerSecond / 2 * kMinuteSeconds;

}  // namespace

bool ShardLoad::count(storage::LogId shard, std::size_t bytes, WallTime now) {
    const std::int64_t minute = to_millis(now) / 1000 / static_cast<std::int64_t>(kMinuteSeconds);
    if (minute != minute_) {
        minute_ = minute;
        taken_.clear();
    }
    Taken& taken = taken_[shard];
    taken.bytes += bytes;
    ++taken.records;
    return taken.bytes >= kHotBytes || taken.records >= kHotRecords;
}

}  // namespace millrace::kinesis
