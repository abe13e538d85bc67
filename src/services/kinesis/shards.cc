#include "services/kinesis/shards.h"

namespace millrace::kinesis {

void Shards::put(const Shard& shard) {
    erase(shard.index);
    by_index_.emplace(shard.index, shard);
    if (shard.open()) ++open_;
}

void Shards::erase(std::uint32_t index) {
    const auto found = by_index_.find(index);
    if (found == by_index_.end()) return;
    if (found->second.open()) --open_;
    by_index_.erase(found);
}

const Shard* Shards::find(std::uint32_t index) const {
    const auto found = by_index_.find(index);
    return found == by_index_.end() ? nullptr : &found->second;
}

std::vector<const Shard*> Shards::children_of(const Shard& shard) const {
    std::vector<const Shard*> children;
    if (shard.open()) return children;
    for (auto child = by_index_.find(shard.closed->first_child);
         child != by_index_.end() && child->second.has_parent(shard.index); ++child) {
        children.push_back(&child->second);
    }
    return children;
}

std::uint32_t Shards::next_index() const {
    return by_index_.empty() ? 0 : by_index_.rbegin()->first + 1;
}

bool covers_all_keys(const Shards& shards) {
    std::map<HashKey, HashKey> ranges;
    for (const auto& [index, shard] : shards.by_index()) {
        if (shard.range.first > shard.range.last) return false;
        if (shard.open() && !ranges.emplace(shard.range.first, shard.range.last).second) return false;
    }
    if (ranges.empty() || ranges.rbegin()->second != kHashKeyMax) return false;
    HashKey expected = 0;
    for (const auto& [first, last] : ranges) {
        if (first != expected) return false;
        expected = last + 1;
    }
    return true;
}

}  // namespace millrace::kinesis
