#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "aws/context.h"
#include "aws/error.h"
#include "base/time.h"
#include "services/kinesis/rates.h"
#include "services/kinesis/token_bucket.h"
#include "storage/log_store.h"

namespace millrace::kinesis {

/// AWS's limits by the second, as rates.h states them (--limits=aws). Only what was asked for in the last
/// seconds is kept. Threads: the home executor. The clock must outlive it.
class Throttle {
  public:
    explicit Throttle(const Clock& clock) : clock_(clock) {}

    /// Whether the shard takes a record of this size (data and partition key); what it refuses costs nothing.
    [[nodiscard]] bool admit_record(storage::LogId shard, std::size_t bytes);
    /// Whether GetRecords may read from the shard.
    [[nodiscard]] bool admit_read(storage::LogId shard);
    /// What it read.
    void count_read(storage::LogId shard, std::size_t bytes);
    [[nodiscard]] bool admit_iterator(storage::LogId shard);

    /// `subject` is whatever has a rate of its own: a consumer and a shard.
    [[nodiscard]] bool admit_subscription(std::string_view subject);
    /// From when on the consumer may be pushed more of the shard; may be past. An event is not cut: one that
    /// is larger than what is left delays the next.
    [[nodiscard]] MonotonicTime next_push(std::string_view consumer_arn, storage::LogId shard);
    /// What was pushed.
    void count_push(std::string_view consumer_arn, storage::LogId shard, std::size_t bytes);
    [[nodiscard]] bool admit_dry_run(std::string_view stream_arn);
    /// `stream` is the name the call says, if any. LimitExceededException when it is one too many.
    [[nodiscard]] aws::Outcome<void> admit_call(const CallRate& call, const aws::Scope& scope,
                                                std::string_view stream);

    /// For tests.
    [[nodiscard]] std::size_t tracked_shards() const { return shards_.size(); }
    void clear();

  private:
    struct ShardBuckets {
        TokenBucket bytes;
        TokenBucket records;
        TokenBucket tank;
        TokenBucket reads;
        TokenBucket read_bytes;
        TokenBucket iterators;
        MonotonicTime reads_from{};  ///< after a large one

        [[nodiscard]] bool full(MonotonicTime now) const {
            return bytes.full(now) && records.full(now) && tank.full(now) && reads.full(now) &&
                   read_bytes.full(now) && iterators.full(now) && reads_from <= now;
        }
    };

    /// Forgets the full ones, which are as good as none, each time they have doubled.
    template <class Key, class Buckets>
    class Table {
      public:
        Buckets& at(const Key& key, MonotonicTime now) {
            if (buckets_.size() >= sweep_at_) {
                std::erase_if(buckets_, [&](const auto& entry) { return entry.second.full(now); });
                sweep_at_ = std::max(kSweepMin, 2 * buckets_.size());
            }
            return buckets_[key];
        }
        void clear() { buckets_.clear(); }
        [[nodiscard]] std::size_t size() const { return buckets_.size(); }

      private:
        static constexpr std::size_t kSweepMin = 1'024;
        std::unordered_map<Key, Buckets> buckets_;
        std::size_t sweep_at_ = kSweepMin;
    };

    const Clock& clock_;
    Table<storage::LogId, ShardBuckets> shards_;
    Table<std::string, TokenBucket> calls_;
    Table<std::string, TokenBucket> pushes_;
};

/// The answer to a DryRun that finds nothing wrong with its request, or one too many of them
/// (ThrottlingException). nullptr for no limits.
[[nodiscard]] aws::ServiceError answer_dry_run(Throttle* throttle, std::string_view stream_arn);

}  // namespace millrace::kinesis
