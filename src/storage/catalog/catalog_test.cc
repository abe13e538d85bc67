#include <gtest/gtest.h>

#include "base/manual_executor.h"
#include "base/random.h"
#include "storage/catalog/log_catalog.h"
#include "storage/catalog/replay.h"
#include "storage/memory_log_store.h"

namespace millrace::storage {
namespace {

using Pairs = std::map<std::string, std::string, std::less<>>;

class CatalogTest : public testing::Test {
  protected:
    CatalogTest() { reopen(); }

    void reopen() {
        catalog_.reset();
        LogCatalog::open(logs_, clock_, [&](Result<std::unique_ptr<LogCatalog>> opened) {
            ASSERT_TRUE(opened) << opened.error().message;
            catalog_ = std::move(*opened);
        });
        executor_.run_ready();
        ASSERT_NE(catalog_, nullptr);
    }

    Result<> commit(CatalogChange change) {
        Result<> outcome = fail(ErrorCode::kInternal, "not called");
        catalog_->commit(std::move(change), [&](Result<> result) { outcome = std::move(result); });
        executor_.run_ready();
        return outcome;
    }

    Pairs contents() const {
        Pairs pairs;
        for (auto& pair : catalog_->list("")) pairs.insert(std::move(pair));
        return pairs;
    }

    std::vector<Entry> log_entries() {
        std::vector<Entry> entries;
        logs_.read(LogId{0}, Offset{0}, {},
                   [&](Result<std::vector<Entry>> read) { entries = std::move(*read); });
        return entries;
    }

    ManualClock clock_;
    ManualExecutor executor_{clock_};
    MemoryLogStore logs_{executor_};
    std::unique_ptr<LogCatalog> catalog_;
};

TEST_F(CatalogTest, AChangeIsSeenOnceItIsCommitted) {
    bool done = false;
    catalog_->commit({{{"a/1", "x"}, {"a/2", "y"}, {"b/1", "z"}}, {}},
                     [&](Result<> result) { done = result.has_value(); });
    EXPECT_FALSE(done);
    EXPECT_EQ(catalog_->get("a/1"), std::nullopt);
    executor_.run_ready();
    EXPECT_TRUE(done);
    EXPECT_EQ(catalog_->get("a/1"), "x");
    const std::vector<std::pair<std::string, std::string>> expected{{"a/1", "x"}, {"a/2", "y"}};
    EXPECT_EQ(catalog_->list("a/"), expected);
    ASSERT_TRUE(commit({{{"a/2", "new"}}, {"a/1", "missing"}}));
    EXPECT_EQ(catalog_->get("a/1"), std::nullopt);
    EXPECT_EQ(catalog_->get("a/2"), "new");
}

TEST_F(CatalogTest, EverythingIsBackAfterARestart) {
    ASSERT_TRUE(commit({{{"key", "value"}, {"gone", "x"}}, {}}));
    ASSERT_TRUE(commit({{}, {"gone"}}));
    reopen();
    EXPECT_EQ(contents(), (Pairs{{"key", "value"}}));
}

TEST_F(CatalogTest, ARefusedChangeChangesNothing) {
    ASSERT_TRUE(commit({{{"key", "value"}}, {}}));
    logs_.fail_appends(Error{ErrorCode::kUnavailable, "no"});
    EXPECT_EQ(commit({{{"key", "other"}}, {}}).error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(catalog_->get("key"), "value");
    EXPECT_TRUE(commit({{{"key", "third"}}, {}}));
}

TEST_F(CatalogTest, LogIdsAreNeverGivenTwice) {
    std::uint64_t last = 0;
    for (int restart = 0; restart < 5; ++restart) {
        for (int i = 0; i < 2000; ++i) {
            const LogId id = catalog_->new_log_id();
            ASSERT_GT(id.value(), last);
            last = id.value();
        }
        executor_.run_ready();
        reopen();
    }
    logs_.clear([](const Result<>&) {});
    catalog_->clear();
    EXPECT_GT(catalog_->new_log_id().value(), last);
    executor_.run_ready();
    reopen();
    EXPECT_GT(catalog_->new_log_id().value(), last);
}

TEST_F(CatalogTest, LogIdsAreReservedBeforeTheyAreGiven) {
    logs_.hold_commits(true);  // nothing new becomes durable
    const std::uint64_t first = catalog_->new_log_id().value();
    for (std::uint64_t i = 1; i < LogCatalog::kLogIdsPerReservation; ++i)
        static_cast<void>(catalog_->new_log_id());
    const auto replayed = replay_catalog(log_entries(), Offset{0});
    ASSERT_TRUE(replayed);
    EXPECT_GE(replayed->log_ids_below, first + LogCatalog::kLogIdsPerReservation);
}

TEST_F(CatalogTest, TheLogStaysInProportionToWhatLives) {
    const std::string value(10'000, 'v');
    for (int i = 0; i < 2000; ++i) ASSERT_TRUE(commit({{{"key" + std::to_string(i % 3), value}}, {}}));
    std::size_t bytes = 0;
    for (const Entry& entry : log_entries()) bytes += entry.payload.size();
    EXPECT_LT(bytes, 3 * value.size() * 2 + LogCatalog::kDeadBytesMax + 50'000);
    const Pairs before = contents();
    reopen();
    EXPECT_EQ(contents(), before);
}

TEST_F(CatalogTest, ASnapshotLargerThanAnEntryIsWrittenInParts) {
    const std::string value(700'000, 'v');
    for (int i = 0; i < 40; ++i) ASSERT_TRUE(commit({{{"key" + std::to_string(i), value}}, {}}));
    for (int i = 0; i < 60; ++i) ASSERT_TRUE(commit({{{"key" + std::to_string(i % 40), value}}, {}}));
    EXPECT_GT(logs_.begin(LogId{0}), Offset{0});
    reopen();
    EXPECT_EQ(contents().size(), 40u);
}

TEST_F(CatalogTest, ClearForgetsWhatWasOnItsWay) {
    ASSERT_TRUE(commit({{{"old", "x"}}, {}}));
    catalog_->commit({{{"under way", "x"}}, {}}, [](const Result<>&) {});
    logs_.clear([](const Result<>&) {});
    catalog_->clear();
    catalog_->commit({{{"new", "x"}}, {}}, [](const Result<>&) {});
    executor_.run_ready();
    EXPECT_EQ(contents(), (Pairs{{"new", "x"}}));
    reopen();
    EXPECT_EQ(contents(), (Pairs{{"new", "x"}}));
}

// Commits, failures and snapshots in random order. Whatever prefix of the log a crash leaves, as long as it
// has what was acknowledged, leads to the state at that point.
TEST_F(CatalogTest, AnyPrefixOfTheLogWithAllThatWasAcknowledgedIsEnough) {
    SeededRandom random{20'261'123};
    std::vector<Pairs> after{{}};  // after[i]: the state once i changes were made
    std::size_t acknowledged = 0;
    for (int step = 0; step < 400; ++step) {
        logs_.hold_commits(random.next() % 3 != 0);
        for (std::uint64_t i = random.next() % 4; i > 0; --i) {
            CatalogChange change;
            const std::string key = std::to_string(random.next() % 8);
            if (random.next() % 4 == 0) {
                change.erases.push_back(key);
            } else {
                change.puts.emplace_back(key,
                                         std::string(random.next() % 80'000, 'v') + std::to_string(step));
            }
            after.push_back(after.back());
            for (const auto& [k, v] : change.puts) after.back()[k] = v;
            for (const auto& k : change.erases) after.back().erase(k);
            catalog_->commit(std::move(change),
                             [&](const Result<>& result) { acknowledged += result ? 1 : 0; });
        }
        executor_.run_ready();
        const std::vector<Entry> entries = log_entries();
        const auto replayed = replay_catalog(entries, logs_.begin(LogId{0}));
        ASSERT_TRUE(replayed);
        ASSERT_EQ(replayed->map.pairs(), after[acknowledged]) << "step " << step;
        ASSERT_EQ(contents(), after[acknowledged]) << "step " << step;
        // A crash in the middle of a snapshot: without its last part the rest must lead to the same state.
        if (!entries.empty()) {
            const auto last = decode_catalog_entry(entries.back().payload.view());
            if (std::holds_alternative<SnapshotPart>(*last) && logs_.begin(LogId{0}) == Offset{0}) {
                ASSERT_EQ(replay_catalog({entries.data(), entries.size() - 1}, Offset{0})->map.pairs(),
                          after[acknowledged]);
            }
        }
    }
    EXPECT_GT(logs_.begin(LogId{0}), Offset{0});
}

class LossyCatalogTest : public testing::Test {
  protected:
    static Entry entry(std::uint64_t offset, const CatalogEntry& what) {
        return {Offset{offset}, {}, SharedBytes{encode(what)}};
    }
    static Entry part(std::uint64_t offset, std::uint64_t as_of, std::uint32_t number, std::uint32_t parts,
                      std::string key) {
        return entry(offset, SnapshotPart{Offset{as_of}, number, parts, 5, {{std::move(key), "snapshot"}}});
    }
    static Pairs replay(const std::vector<Entry>& entries, std::uint64_t begin) {
        auto replayed = replay_catalog(entries, Offset{begin});
        EXPECT_TRUE(replayed);
        return replayed ? replayed->map.pairs() : Pairs{};
    }
};

TEST_F(LossyCatalogTest, PartsOfTheSnapshotThatTheLogWasTrimmedForCount) {
    const Entry change = entry(9, CatalogChange{{{"d", "change"}}, {}});
    // Entry 11, the second part, is lost.
    EXPECT_EQ(replay({change, part(10, 9, 0, 3, "a"), part(12, 9, 2, 3, "c")}, 9),
              (Pairs{{"a", "snapshot"}, {"c", "snapshot"}, {"d", "change"}}));
    // And so are all before it.
    EXPECT_EQ(replay({part(12, 9, 2, 3, "c"), entry(13, CatalogChange{{{"d", "change"}}, {}})}, 12),
              (Pairs{{"c", "snapshot"}, {"d", "change"}}));
}

TEST_F(LossyCatalogTest, PartsOfDifferentSnapshotsAreNotOne) {
    const std::vector<Entry> entries{entry(5, CatalogChange{{{"d", "change"}}, {}}), part(6, 4, 0, 2, "old"),
                                     part(9, 8, 1, 2, "new")};
    EXPECT_EQ(replay(entries, 0), (Pairs{{"d", "change"}}));
    EXPECT_EQ(replay(entries, 5), (Pairs{{"d", "change"}, {"old", "snapshot"}}));
}

TEST_F(CatalogTest, AnEntryOfANewerVersionIsNamed) {
    logs_.append({{LogId{0}, clock_.now(), SharedBytes{"\x09what"}}},
                 [](const Result<std::vector<Offset>>&) {});
    executor_.run_ready();
    LogCatalog::open(logs_, clock_, [](const Result<std::unique_ptr<LogCatalog>>& opened) {
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().code, ErrorCode::kCorruption);
        EXPECT_NE(opened.error().message.find("entry 1"), std::string::npos);
    });
}

TEST(CatalogEntryTest, RoundTripsAndRefusesEveryCut) {
    const CatalogEntry entries[] = {
        CatalogChange{{{"k", "v"}, {"", ""}}, {"e", "f"}},
        SnapshotPart{Offset{7}, 1, 3, 99, {{"k", std::string(300, '\0')}}},
        Reservation{1024},
    };
    for (const CatalogEntry& entry : entries) {
        const std::string bytes = encode(entry);
        const auto decoded = decode_catalog_entry(bytes);
        ASSERT_TRUE(decoded);
        EXPECT_EQ(encode(*decoded), bytes);
        for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
            EXPECT_FALSE(decode_catalog_entry({bytes.data(), cut}));
        }
        EXPECT_FALSE(decode_catalog_entry(bytes + "x"));
    }
}

}  // namespace
}  // namespace millrace::storage
