#include "storage/journal/run_list.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <limits>
#include <vector>

#include "base/random.h"

namespace millrace::storage {
namespace {

using Runs = std::vector<storage::Run>;

/// Runs as a log has them in a segment, gaps as a salvage leaves them among them.
Runs make_runs(std::size_t count, SeededRandom& random) {
    Runs runs;
    Offset next{random.next() % 1'000'000};
    std::uint32_t position = 24;
    std::int64_t time = 1'700'000'000'000;
    for (std::size_t i = 0; i < count; ++i) {
        const auto entries = static_cast<std::uint32_t>(1 + random.next() % 50);
        position += static_cast<std::uint32_t>(random.next() % 100'000);
        const bool gap = random.next() % 10 == 0;
        const auto bytes = static_cast<std::uint32_t>(1 + random.next() % kRunBytesMax);
        runs.push_back({next, entries, gap ? 1 : position, gap ? 0 : bytes, from_millis(time)});
        next = runs.back().end();
        time += static_cast<std::int64_t>(random.next() % 3);
    }
    return runs;
}

Runs unpacked(RunList::Cursor cursor) {
    Runs runs;
    while (const auto run = cursor.next()) runs.push_back(*run);
    return runs;
}

TEST(RunList, GivesBackWhatItWasMadeOf) {
    SeededRandom random{1};
    EXPECT_TRUE(RunList{}.empty());
    EXPECT_EQ(unpacked(RunList{}.all()), Runs{});
    for (const std::size_t count : {1, 2, 31, 32, 33, 64, 65, 1000}) {
        const Runs runs = make_runs(count, random);
        const RunList list{runs};
        EXPECT_EQ(unpacked(list.all()), runs) << count;
        EXPECT_EQ(list.first(), runs.front().first);
        EXPECT_EQ(list.end(), runs.back().end());
        EXPECT_EQ(list.first_time(), runs.front().first_time);
        const RunList copy{list};
        EXPECT_EQ(unpacked(copy.all()), runs) << count;
    }
}

TEST(RunList, FindsByOffsetAndByTime) {
    SeededRandom random{2};
    const Runs runs = make_runs(200, random);
    const RunList list{runs};
    for (std::uint64_t at = runs.front().first.value() - 1; at <= runs.back().end().value(); ++at) {
        Runs expected = runs;
        std::erase_if(expected, [&](const storage::Run& run) { return run.end() <= Offset{at}; });
        ASSERT_EQ(unpacked(list.from(Offset{at})), expected) << at;
    }
    const WallTime last = runs.back().first_time;
    for (WallTime time = runs.front().first_time - Milliseconds{1}; time <= last + Milliseconds{1};
         time += Milliseconds{1}) {
        const auto behind = std::find_if(runs.begin(), runs.end(),
                                         [&](const storage::Run& run) { return run.first_time >= time; });
        const auto found = list.last_before(time);
        ASSERT_EQ(found.has_value(), behind != runs.begin());
        if (found) ASSERT_EQ(*found, *std::prev(behind));
    }
}

TEST(RunList, TakesAnyValue) {
    constexpr auto kMost = std::numeric_limits<std::uint32_t>::max();
    const Runs runs{{Offset{0}, kMost, kMost, kMost, from_millis(std::numeric_limits<std::int64_t>::max())},
                    {Offset{kMost}, 1, 0, 0, from_millis(std::numeric_limits<std::int64_t>::min())},
                    {Offset{kMost + 1ULL}, kMost, kMost, 1, from_millis(0)}};
    EXPECT_EQ(unpacked(RunList{runs}.all()), runs);
}

TEST(RunList, IsSmall) {
    // A log that gets every ten-thousandth kilobyte, as one of 10,000 does: 6 runs in a segment.
    Runs runs;
    for (std::uint32_t i = 0; i < 6; ++i)
        runs.push_back(
            {Offset{1000 + i}, 1, 24 + i * 10'000'000, 1077, from_millis(1'700'000'000'000 + i * 150)});
    EXPECT_LE(RunList{runs}.heap_bytes(), 100u);
}

}  // namespace
}  // namespace millrace::storage
