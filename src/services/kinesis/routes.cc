#include "services/kinesis/routes.h"

#include "base/assert.h"

namespace millrace::kinesis {

void Routes::open(const Shard& shard) {
    by_first_key_.insert_or_assign(shard.range.first,
                                   Route{.log = shard.log, .start = starting_sequence_number(shard)});
}

void Routes::close(const Shard& shard) {
    const auto found = by_first_key_.find(shard.range.first);
    if (found != by_first_key_.end() && found->second.log == shard.log) by_first_key_.erase(found);
}

const Route& Routes::at(HashKey key) const {
    const auto after = by_first_key_.upper_bound(key);
    MILLRACE_ASSERT(after != by_first_key_.begin());
    return std::prev(after)->second;
}

Routes routes_of(const Shards& shards) {
    Routes routes;
    for (const auto& [index, shard] : shards.by_index()) {
        if (shard.open()) routes.open(shard);
    }
    return routes;
}

}  // namespace millrace::kinesis
