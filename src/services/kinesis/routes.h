#pragma once

#include <cstddef>
#include <map>

#include "services/kinesis/shards.h"

namespace millrace::kinesis {

/// Where a record goes, and how its sequence number begins.
struct Route {
    storage::LogId log;
    SequenceNumber start;
    friend bool operator==(const Route&, const Route&) = default;
};

/// Where the records of a stream go by their hash key: its open shards. While a reshard is being committed,
/// those it opens: what is written behind the commit belongs to them already.
class Routes {
  public:
    void open(const Shard& shard);
    /// Nothing happens if the shard's keys go to another one.
    void close(const Shard& shard);

    /// All keys must have a route.
    [[nodiscard]] const Route& at(HashKey key) const;
    [[nodiscard]] std::size_t size() const { return by_first_key_.size(); }

    friend bool operator==(const Routes&, const Routes&) = default;

  private:
    std::map<HashKey, Route> by_first_key_;
};

[[nodiscard]] Routes routes_of(const Shards& shards);

}  // namespace millrace::kinesis
