#include "storage/journal/recent_entries.h"

#include <gmock/gmock.h>

namespace millrace::storage {
namespace {

constexpr LogId kA{1};
constexpr LogId kB{2};
constexpr std::size_t kPayloadBytes = 1000;
constexpr std::size_t kEntryBytes = kPayloadBytes + RecentEntries::kOverheadBytes;

class RecentEntriesTest : public testing::Test {
  protected:
    /// One append of an entry for each log named, slices of one buffer; expires when it is given back.
    std::weak_ptr<const std::string> append(std::initializer_list<LogId> logs) {
        const auto buffer = std::make_shared<const std::string>(logs.size() * kPayloadBytes, 'x');
        std::vector<PlacedEntry> entries;
        for (const LogId log : logs) {
            const auto payload =
                std::string_view{*buffer}.substr(entries.size() * kPayloadBytes, kPayloadBytes);
            entries.push_back({.log = log, .payload = {buffer, payload}, .offset = Offset{ends_[log]++}});
        }
        recent_.add(std::move(entries));
        return buffer;
    }

    RecentEntries recent_{10 * kEntryBytes};
    std::map<LogId, std::uint64_t> ends_;
};

TEST_F(RecentEntriesTest, TheOldestAppendsGoWhole) {
    const auto first = append({kA, kB, kA, kB});
    const auto second = append({kA, kA, kA, kA, kA, kA});
    EXPECT_EQ(recent_.bytes(), 10 * kEntryBytes);
    EXPECT_EQ(recent_.first(kA), Offset{0});
    append({kB});
    EXPECT_TRUE(first.expired());
    EXPECT_FALSE(second.expired());
    EXPECT_EQ(recent_.bytes(), 7 * kEntryBytes);
    EXPECT_EQ(recent_.first(kA), Offset{2});
    EXPECT_EQ(recent_.first(kB), Offset{2});
}

TEST_F(RecentEntriesTest, AnAppendAboveTheLimitDoesNotStay) {
    EXPECT_TRUE(append({kA, kA, kA, kA, kA, kA, kA, kA, kA, kA, kA}).expired());
    EXPECT_EQ(recent_.bytes(), 0u);
    EXPECT_EQ(recent_.first(kA), std::nullopt);
}

TEST_F(RecentEntriesTest, WhatIsTrimmedCountsAsLongAsItsBufferMayStay) {
    const auto buffer = append({kA, kA, kB});
    recent_.trim(kA, Offset{2});
    EXPECT_EQ(recent_.first(kA), std::nullopt);
    EXPECT_FALSE(buffer.expired());
    EXPECT_EQ(recent_.bytes(), 3 * kEntryBytes);
    recent_.remove(kB);
    EXPECT_TRUE(buffer.expired());
    for (int i = 0; i < 10; ++i) append({kA});
    EXPECT_EQ(recent_.bytes(), 10 * kEntryBytes);
    EXPECT_EQ(recent_.first(kA), Offset{2});
}

TEST_F(RecentEntriesTest, LogsTakeTheRoomOfThoseAtRest) {
    // More logs than may stay as spare ones; each comes back when its entries are long gone.
    constexpr std::uint64_t kLogs = RecentEntries::kSpareLogsMax + 100;
    for (int round = 0; round < 3; ++round) {
        for (std::uint64_t log = 0; log < kLogs; ++log) {
            append({LogId{log}, LogId{log}, LogId{log}});
            EXPECT_EQ(recent_.first(LogId{log}), Offset{ends_[LogId{log}] - 3});
            std::vector<Entry> found;
            std::size_t bytes = 0;
            recent_.collect(LogId{log}, *recent_.first(LogId{log}), {}, found, bytes);
            ASSERT_EQ(found.size(), 3u);
            EXPECT_EQ(found.back().offset, Offset{ends_[LogId{log}] - 1});
            if (log % 2 == 0) recent_.trim(LogId{log}, Offset{ends_[LogId{log}]});
            if (log >= 4) EXPECT_EQ(recent_.first(LogId{log - 4}), std::nullopt);
        }
    }
}

}  // namespace
}  // namespace millrace::storage
