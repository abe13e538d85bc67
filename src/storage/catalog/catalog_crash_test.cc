#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <vector>

#include "storage/catalog/log_catalog.h"
#include "storage/journal/journal_world.h"

// The catalog on the journal, with crashes at any point, also amid snapshots and trims: its state is always
// the one after some change that was sent, and never before the last that was acknowledged.

namespace millrace::storage {
namespace {

using Pairs = std::map<std::string, std::string>;

class CatalogCrash {
  public:
    explicit CatalogCrash(std::uint64_t seed) : world_(seed) {
        world_.segment_bytes = 64 * 1024 + world_.random.next() % 500'000;
    }

    void run() {
        ASSERT_TRUE(world_.open());
        open_catalog();
        for (int step = 0; step < 150 && !testing::Test::HasFailure(); ++step) {
            switch (world_.random.next() % 8) {
                case 0:
                    world_.home.run_ready();
                    break;
                case 1:
                case 2:
                    world_.workers.run_one(world_.random);
                    break;
                case 3:
                    if (world_.random.next() % 4 == 0) crash();
                    break;
                default:
                    commit();
            }
        }
        crash();
    }

    [[nodiscard]] bool snapshots_seen() const { return snapshots_seen_; }

  private:
    void open_catalog() {
        catalog_.reset();
        LogCatalog::open(*world_.journal, world_.clock, [this](Result<std::unique_ptr<LogCatalog>> opened) {
            ASSERT_TRUE(opened) << opened.error().message;
            catalog_ = std::move(*opened);
        });
        world_.settle();
        ASSERT_NE(catalog_, nullptr);
        const std::uint64_t id = catalog_->new_log_id().value();
        ASSERT_GT(id, last_log_id_);
        last_log_id_ = id;
    }

    void commit() {
        CatalogChange change;
        const std::string key = std::to_string(world_.random.next() % 5);
        Pairs next = states_.back();
        if (world_.random.next() % 5 == 0) {
            change.erases.push_back(key);
            next.erase(key);
        } else {
            next[key] = fmt::format("{}{}", states_.size(), std::string(world_.random.next() % 60'000, 'v'));
            change.puts.emplace_back(key, next[key]);
        }
        states_.push_back(std::move(next));
        catalog_->commit(std::move(change), [this, sent = states_.size() - 1](const Result<>& result) {
            ASSERT_TRUE(result);
            ASSERT_EQ(sent, acknowledged_ + 1);
            acknowledged_ = sent;
        });
    }

    void crash() {
        ASSERT_TRUE(world_.crash_and_reopen());
        snapshots_seen_ = snapshots_seen_ || world_.journal->begin(LogId{0}) > Offset{0};
        open_catalog();
        const auto pairs = catalog_->list("");
        const Pairs found(pairs.begin(), pairs.end());
        const auto state =
            std::find(states_.begin() + static_cast<std::ptrdiff_t>(acknowledged_), states_.end(), found);
        ASSERT_NE(state, states_.end());
        states_ = {found};
        acknowledged_ = 0;
    }

    JournalWorld world_;
    std::unique_ptr<LogCatalog> catalog_;
    std::vector<Pairs> states_{{}};  ///< after each change sent
    std::size_t acknowledged_ = 0;
    std::uint64_t last_log_id_ = 0;
    bool snapshots_seen_ = false;
};

TEST(CatalogCrashTest, TheStateIsThatOfSomeChangeNotBeforeTheLastAcknowledged) {
    bool snapshots_seen = false;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        SCOPED_TRACE(fmt::format("seed {}", seed));
        CatalogCrash crash{seed};
        crash.run();
        if (HasFailure()) return;
        snapshots_seen = snapshots_seen || crash.snapshots_seen();
    }
    EXPECT_TRUE(snapshots_seen);
}

}  // namespace
}  // namespace millrace::storage
