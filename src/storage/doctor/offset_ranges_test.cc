#include "storage/doctor/offset_ranges.h"

#include <gtest/gtest.h>
#include <set>

#include "base/random.h"

namespace millrace::storage {
namespace {

using Numbers = std::set<std::uint64_t>;

Numbers numbers_of(const OffsetRanges& ranges) {
    Numbers numbers;
    for (const OffsetRange& range : ranges.ranges()) {
        for (std::uint64_t i = range.first.value(); i < range.end.value(); ++i) numbers.insert(i);
    }
    return numbers;
}

/// Neither empty nor overlapping nor touching, and ascending.
bool is_well_formed(const OffsetRanges& ranges) {
    std::optional<Offset> end;
    for (const OffsetRange& range : ranges.ranges()) {
        if (range.first >= range.end || (end && range.first <= *end)) return false;
        end = range.end;
    }
    return true;
}

TEST(OffsetRangesTest, TouchingRangesBecomeOne) {
    OffsetRanges ranges{Offset{5}, Offset{7}};
    ranges.add(Offset{9}, Offset{9});
    ranges.add(Offset{10}, Offset{12});
    ranges.add(Offset{7}, Offset{10});
    EXPECT_EQ(ranges, (OffsetRanges{Offset{5}, Offset{12}}));
    EXPECT_EQ(ranges.count(), 7u);
    EXPECT_FALSE(ranges.contains(Offset{4}));
    EXPECT_TRUE(ranges.contains(Offset{5}));
    EXPECT_TRUE(ranges.contains(Offset{11}));
    EXPECT_FALSE(ranges.contains(Offset{12}));
}

TEST(OffsetRangesTest, AgreesWithSetsOfNumbers) {
    SeededRandom random{1};
    const auto some = [&](Numbers& numbers) {
        OffsetRanges ranges;
        for (std::uint64_t i = random.next() % 8; i > 0; --i) {
            const std::uint64_t first = random.next() % 40;
            const std::uint64_t end = first + random.next() % 8;
            ranges.add(Offset{first}, Offset{end});
            for (std::uint64_t n = first; n < end; ++n) numbers.insert(n);
        }
        return ranges;
    };
    for (int round = 0; round < 20'000; ++round) {
        Numbers a, b, both, rest, all;
        const OffsetRanges left = some(a);
        const OffsetRanges right = some(b);
        std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::inserter(both, both.end()));
        std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::inserter(rest, rest.end()));
        std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::inserter(all, all.end()));
        OffsetRanges sum = left;
        sum.add(right);
        ASSERT_EQ(numbers_of(left), a);
        ASSERT_EQ(numbers_of(left.intersection(right)), both);
        ASSERT_EQ(numbers_of(left.without(right)), rest);
        ASSERT_EQ(numbers_of(sum), all);
        ASSERT_TRUE(is_well_formed(left) && is_well_formed(left.intersection(right)) &&
                    is_well_formed(left.without(right)) && is_well_formed(sum));
        ASSERT_EQ(left.count(), a.size());
        for (std::uint64_t n = 0; n < 48; ++n) ASSERT_EQ(left.contains(Offset{n}), a.contains(n));
    }
}

}  // namespace
}  // namespace millrace::storage
