#include "storage/doctor/offset_ranges.h"

#include <algorithm>

namespace millrace::storage {

void OffsetRanges::add(Offset first, Offset end) {
    if (first >= end) return;
    if (ranges_.empty() || first > ranges_.back().end) {
        ranges_.push_back({first, end});
        return;
    }
    // All that overlap or touch it become one.
    const auto from = std::lower_bound(ranges_.begin(), ranges_.end(), first,
                                       [](const OffsetRange& r, Offset o) { return r.end < o; });
    const auto to = std::upper_bound(from, ranges_.end(), end,
                                     [](Offset o, const OffsetRange& r) { return o < r.first; });
    if (from == to) {
        ranges_.insert(from, {first, end});
        return;
    }
    from->first = std::min(from->first, first);
    from->end = std::max(std::prev(to)->end, end);
    ranges_.erase(std::next(from), to);
}

void OffsetRanges::add(const OffsetRanges& others) {
    for (const OffsetRange& range : others.ranges_) add(range.first, range.end);
}

bool OffsetRanges::contains(Offset offset) const {
    const auto range = std::upper_bound(ranges_.begin(), ranges_.end(), offset,
                                        [](Offset o, const OffsetRange& r) { return o < r.end; });
    return range != ranges_.end() && range->first <= offset;
}

std::uint64_t OffsetRanges::count() const {
    std::uint64_t count = 0;
    for (const OffsetRange& range : ranges_) count += range.count();
    return count;
}

OffsetRanges OffsetRanges::intersection(const OffsetRanges& others) const {
    OffsetRanges both;
    auto other = others.ranges_.begin();
    for (const OffsetRange& range : ranges_) {
        while (other != others.ranges_.end() && other->end <= range.first) ++other;
        for (auto at = other; at != others.ranges_.end() && at->first < range.end; ++at)
            both.add(std::max(range.first, at->first), std::min(range.end, at->end));
    }
    return both;
}

OffsetRanges OffsetRanges::without(const OffsetRanges& others) const {
    OffsetRanges rest;
    auto other = others.ranges_.begin();
    for (const OffsetRange& range : ranges_) {
        Offset from = range.first;
        while (other != others.ranges_.end() && other->end <= range.first) ++other;
        for (auto at = other; at != others.ranges_.end() && at->first < range.end; ++at) {
            rest.add(from, at->first);
            from = std::max(from, at->end);
        }
        rest.add(from, range.end);
    }
    return rest;
}

}  // namespace millrace::storage
