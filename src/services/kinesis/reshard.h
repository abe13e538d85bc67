#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>

#include "services/kinesis/shards.h"

namespace millrace::kinesis {

using NewLogId = std::function<storage::LogId()>;

/// What splits and merges, one after another, make of a stream's shards. All happens at one moment, so that a
/// shard may be opened and closed by the same reshard: it stays empty.
class Reshard {
  public:
    /// `before` must outlive it.
    Reshard(const Shards& before, WallTime now, NewLogId new_log_id);

    /// `at` begins the upper child. The shard must be open, and `at` one of its keys but not the first.
    void split(std::uint32_t shard, HashKey at);
    /// Two open shards, the keys of `adjacent` following those of `shard`.
    void merge(std::uint32_t shard, std::uint32_t adjacent);

    /// Splits and merges until `target` (at least 1) shards of equal width are open: first splits at every
    /// border wanted that is not there, then merges what lies between two of them.
    void scale_uniformly(std::size_t target);

    [[nodiscard]] const Shards& before() const { return before_; }
    /// As it is by now.
    [[nodiscard]] const Shard& shard(std::uint32_t index) const;
    /// The shards that are closed or new, by index.
    [[nodiscard]] const std::map<std::uint32_t, Shard>& touched() const { return touched_; }

  private:
    std::uint32_t open_child(const HashKeyRange& range, std::uint32_t parent);
    void close(std::uint32_t index, std::uint32_t first_child);

    const Shards& before_;
    const WallTime at_;
    const NewLogId new_log_id_;
    std::uint32_t next_index_;
    std::map<std::uint32_t, Shard> touched_;
};

}  // namespace millrace::kinesis
