#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/executor.h"
#include "ports/record_source.h"

namespace millrace::lambda::testing {

/// Streams in memory, as a test fills them. Wakes its watchers through the executor.
class MemorySource final : public ports::RecordSource {
  public:
    explicit MemorySource(Executor& home) : home_(home) {}

    struct Shard {
        ports::SourceShard about;
        std::vector<ports::SourceRecord> records;  ///< cursors count from 0; trimmed ones are gone
        std::uint64_t end = 0;
        bool closed = false;
    };

    /// Makes the shard, and its stream if need be.
    Shard& add_shard(const std::string& stream_arn, const std::string& shard_id,
                     std::vector<std::string> parents = {}, std::uint64_t incarnation = 1);
    void put(const std::string& stream_arn, const std::string& shard_id, std::string data,
             WallTime arrival = {}, std::string partition_key = "key");
    void close_shard(const std::string& stream_arn, const std::string& shard_id);
    void trim(const std::string& stream_arn, const std::string& shard_id, std::uint64_t before);
    void remove_shard(const std::string& stream_arn, const std::string& shard_id);
    void remove_stream(const std::string& stream_arn);
    std::size_t reads = 0;

    [[nodiscard]] Result<std::vector<ports::SourceShard>> shards(
        const std::string& stream_arn) const override;
    void locate(const std::string& stream_arn, const std::string& shard_id, ports::StartingPosition position,
                WallTime timestamp, std::move_only_function<void(Result<ports::Cursor>)> done) override;
    void read(const std::string& stream_arn, const std::string& shard_id, ports::Cursor from,
              ports::SourceLimits limits,
              std::move_only_function<void(Result<ports::SourceBatch>)> done) override;
    [[nodiscard]] std::unique_ptr<ports::Watch> watch(const std::string& stream_arn,
                                                      std::move_only_function<void()> wake) override;

  private:
    struct WatchHandle;
    void wake_all(const std::string& stream_arn);
    Shard* find(const std::string& stream_arn, const std::string& shard_id);

    Executor& home_;
    std::map<std::string, std::map<std::string, Shard>> streams_;
    std::set<WatchHandle*> watches_;
};

}  // namespace millrace::lambda::testing
