#include "services/kinesis/reshard.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace millrace::kinesis {
namespace {

/// Open shards by the start of their keys.
using Pieces = std::map<HashKey, std::uint32_t>;

Pieces open_pieces(const Shards& shards) {
    Pieces pieces;
    for (const auto& [index, shard] : shards.by_index()) {
        if (shard.open()) pieces.emplace(shard.range.first, index);
    }
    return pieces;
}

/// Equal widths are rounded, so that the borders of n shards and every second one of 2n may differ by up to
/// n.
HashKey nearest_border(const Pieces& pieces, HashKey wanted, std::size_t tolerance) {
    const auto above = pieces.lower_bound(wanted);
    if (above != pieces.end() && above->first - wanted <= tolerance) return above->first;
    const auto below = std::prev(above);
    return below->first > 0 && wanted - below->first <= tolerance ? below->first : wanted;
}

}  // namespace

Reshard::Reshard(const Shards& before, WallTime now, NewLogId new_log_id)
    : before_(before),
      // Sequence numbers of children are above those of their parents, even if the clock was set back.
      at_(before.by_index().empty() ? now : std::max(now, before.by_index().rbegin()->second.created)),
      new_log_id_(std::move(new_log_id)),
      next_index_(before.next_index()) {}

void Reshard::split(std::uint32_t index, HashKey at) {
    const HashKeyRange range = shard(index).range;
    MILLRACE_ASSERT(at > range.first && at <= range.last);
    close(index, next_index_);
    open_child({.first = range.first, .last = at - 1}, index);
    open_child({.first = at, .last = range.last}, index);
}

void Reshard::merge(std::uint32_t index, std::uint32_t adjacent) {
    const HashKeyRange lower = shard(index).range;
    const HashKeyRange upper = shard(adjacent).range;
    MILLRACE_ASSERT(lower.last != kHashKeyMax && lower.last + 1 == upper.first);
    close(index, next_index_);
    close(adjacent, next_index_);
    const std::uint32_t child = open_child({.first = lower.first, .last = upper.last}, index);
    touched_.at(child).adjacent_parent = adjacent;
}

void Reshard::scale_uniformly(std::size_t target) {
    Pieces pieces = open_pieces(before_);
    std::vector<HashKey> borders;
    for (const HashKeyRange& range : split_evenly(target)) {
        const HashKey border = range.first == 0 ? 0 : nearest_border(pieces, range.first, target);
        borders.push_back(border);
        if (pieces.contains(border)) continue;
        const auto piece = std::prev(pieces.upper_bound(border));
        const std::uint32_t lower = next_index_;
        split(piece->second, border);
        piece->second = lower;
        pieces.emplace(border, lower + 1);
    }
    for (std::size_t i = 0; i < borders.size(); ++i) {
        const auto first = pieces.find(borders[i]);
        const auto end = i + 1 < borders.size() ? pieces.find(borders[i + 1]) : pieces.end();
        for (auto next = std::next(first); next != end; next = pieces.erase(next)) {
            const std::uint32_t merged = next_index_;
            merge(first->second, next->second);
            first->second = merged;
        }
    }
}

const Shard& Reshard::shard(std::uint32_t index) const {
    const auto found = touched_.find(index);
    if (found != touched_.end()) return found->second;
    const Shard* shard = before_.find(index);
    MILLRACE_ASSERT(shard != nullptr);
    return *shard;
}

std::uint32_t Reshard::open_child(const HashKeyRange& range, std::uint32_t parent) {
    const std::uint32_t index = next_index_++;
    touched_.emplace(
        index, Shard{.index = index, .log = new_log_id_(), .created = at_, .range = range, .parent = parent});
    return index;
}

void Reshard::close(std::uint32_t index, std::uint32_t first_child) {
    Shard closed = shard(index);
    MILLRACE_ASSERT(closed.open());
    closed.closed = Shard::Closing{.at = at_, .first_child = first_child};
    touched_.insert_or_assign(index, closed);
}

}  // namespace millrace::kinesis
