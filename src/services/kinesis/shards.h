#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "services/kinesis/shard.h"

namespace millrace::kinesis {

/// A stream's shards, closed ones among them. Nothing here but the walk over all of them takes longer the
/// more there are.
class Shards {
  public:
    /// Adds the shard, or takes the place of the one with its index.
    void put(const Shard& shard);
    void erase(std::uint32_t index);

    /// nullptr when there is none.
    [[nodiscard]] const Shard* find(std::uint32_t index) const;
    [[nodiscard]] const std::map<std::uint32_t, Shard>& by_index() const { return by_index_; }
    [[nodiscard]] std::vector<const Shard*> children_of(const Shard& shard) const;
    [[nodiscard]] std::size_t open_count() const { return open_; }
    /// Indexes are never used again: that with the highest one is always open, and therefore there.
    [[nodiscard]] std::uint32_t next_index() const;

    friend bool operator==(const Shards&, const Shards&) = default;

  private:
    std::map<std::uint32_t, Shard> by_index_;
    std::size_t open_ = 0;
};

/// The open shards cover all hash keys and none twice.
[[nodiscard]] bool covers_all_keys(const Shards& shards);

}  // namespace millrace::kinesis
