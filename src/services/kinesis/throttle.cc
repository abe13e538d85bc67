#include "services/kinesis/throttle.h"

#include <fmt/format.h>

#include "services/kinesis/errors.h"

namespace millrace::kinesis {

bool Throttle::admit_record(storage::LogId shard, std::size_t bytes) {
    const MonotonicTime now = clock_.monotonic();
    ShardBuckets& buckets = shards_.at(shard, now);
    const auto tokens = static_cast<std::int64_t>(bytes);
    const bool large = bytes > kLargeRecordBytes;
    if (!buckets.records.has(1, kShardWriteRecords, now) || !buckets.tank.has(tokens, kShardWriteTank, now) ||
        (!large && !buckets.bytes.has(tokens, kShardWriteBytes, now))) {
        return false;
    }
    buckets.records.take(1, kShardWriteRecords, now);
    buckets.tank.take(tokens, kShardWriteTank, now);
    if (!large) buckets.bytes.take(tokens, kShardWriteBytes, now);
    return true;
}

bool Throttle::admit_read(storage::LogId shard) {
    const MonotonicTime now = clock_.monotonic();
    ShardBuckets& buckets = shards_.at(shard, now);
    return buckets.reads_from <= now && buckets.read_bytes.has(1, kShardReadBytes, now) &&
           buckets.reads.try_take(1, kShardReads, now);
}

void Throttle::count_read(storage::LogId shard, std::size_t bytes) {
    const MonotonicTime now = clock_.monotonic();
    ShardBuckets& buckets = shards_.at(shard, now);
    const auto tokens = static_cast<std::int64_t>(bytes);
    buckets.read_bytes.take(tokens, kShardReadBytes, now);
    if (tokens <= kShardReadBytes.burst) return;
    const double seconds = static_cast<double>(tokens) / static_cast<double>(kShardReadBytes.per_second);
    buckets.reads_from =
        now + std::chrono::duration_cast<MonotonicTime::duration>(std::chrono::duration<double>(seconds));
}

bool Throttle::admit_iterator(storage::LogId shard) {
    const MonotonicTime now = clock_.monotonic();
    return shards_.at(shard, now).iterators.try_take(1, kShardIterators, now);
}

bool Throttle::admit_subscription(std::string_view subject) {
    const MonotonicTime now = clock_.monotonic();
    return calls_.at(fmt::format("SubscribeToShard {}", subject), now).try_take(1, kSubscriptions, now);
}

MonotonicTime Throttle::next_push(std::string_view consumer_arn, storage::LogId shard) {
    return pushes_.at(fmt::format("{} {}", shard.value(), consumer_arn), clock_.monotonic())
        .next(kFanOutBytes);
}

void Throttle::count_push(std::string_view consumer_arn, storage::LogId shard, std::size_t bytes) {
    const MonotonicTime now = clock_.monotonic();
    pushes_.at(fmt::format("{} {}", shard.value(), consumer_arn), now)
        .take(static_cast<std::int64_t>(bytes), kFanOutBytes, now);
}

bool Throttle::admit_dry_run(std::string_view stream_arn) {
    const MonotonicTime now = clock_.monotonic();
    return calls_.at(fmt::format("DryRun {}", stream_arn), now).try_take(1, kDryRuns, now);
}

aws::Outcome<void> Throttle::admit_call(const CallRate& call, const aws::Scope& scope,
                                        std::string_view stream) {
    const MonotonicTime now = clock_.monotonic();
    const std::string key = fmt::format("{} {} {} {}", call.operation, scope.account, scope.region,
                                        call.of_stream ? stream : std::string_view{});
    if (calls_.at(key, now).try_take(1, call.rate, now)) return {};
    return std::unexpected(call_rate_exceeded(scope, stream));
}

void Throttle::clear() {
    shards_.clear();
    calls_.clear();
    pushes_.clear();
}

aws::ServiceError answer_dry_run(Throttle* throttle, std::string_view stream_arn) {
    if (throttle != nullptr && !throttle->admit_dry_run(stream_arn))
        return {.code = "ThrottlingException", .message = "Rate exceeded"};
    return dry_run_passed();
}

}  // namespace millrace::kinesis
