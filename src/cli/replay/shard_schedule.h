#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/api.h"

namespace millrace::cli {

/// A shard and those it came from by a split or a merge.
struct ShardLineage {
    std::string id;
    std::vector<std::string> parents;
};

/// Every shard of the stream that still has records or may get some.
[[nodiscard]] Answer<std::vector<ShardLineage>> list_shards(Api& api, std::string_view stream);

/// Which shard may be read next: parents come before their children. Not thread-safe.
class ShardSchedule {
  public:
    explicit ShardSchedule(std::vector<ShardLineage> shards);

    /// A shard whose parents are finished (or gone); nullopt while there is none.
    [[nodiscard]] std::optional<std::string> take();
    void finish(const std::string& id);
    /// Whether every shard is taken.
    [[nodiscard]] bool is_exhausted() const { return waiting_.empty(); }
    [[nodiscard]] std::size_t size() const { return size_; }

  private:
    std::size_t size_;
    std::vector<ShardLineage> waiting_;
    std::set<std::string> unfinished_;
};

}  // namespace millrace::cli
