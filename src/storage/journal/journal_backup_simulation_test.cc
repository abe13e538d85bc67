#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>

#include "storage/journal/journal_world.h"

// Snapshots at random points of random appends, trims, removals, archive passes and restarts, each run from
// one seed; copied at random points later. A journal made of the copy must hold what was acknowledged when
// the snapshot was asked for, and nothing that was appended afterwards.
//
// MILLRACE_SEED=n runs one seed, MILLRACE_SEEDS=n so many.

namespace millrace::storage {
namespace {

constexpr std::uint64_t kLogs = 4;
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr std::uint64_t kSeeds = 50;
#else
constexpr std::uint64_t kSeeds = 300;
#endif

/// Tells log and offset: appends never fail here, so the n-th of a log has offset n.
std::string payload_of(LogId log, std::uint64_t offset) {
    return fmt::format("{}/{}:{}", log.value(), offset, std::string(offset * 7919 % 300, 'x'));
}

struct ModelLog {
    std::uint64_t appended = 0;
    std::uint64_t acknowledged = 0;
    std::uint64_t begin_asked = 0;
    std::uint64_t begin_acknowledged = 0;
    bool removal_asked = false;
    bool removal_acknowledged = false;
};
using Model = std::map<LogId, ModelLog>;

struct TakenSnapshot {
    std::string directory;
    Model model;  ///< when it was asked for
    std::vector<files::SnapshotFile> files;
};

class BackupSimulation {
  public:
    explicit BackupSimulation(std::uint64_t seed) : world_(seed) {
        static constexpr FsyncMode kModes[] = {{FsyncMode::When::kAlways},
                                               {FsyncMode::When::kInterval, Milliseconds{5}},
                                               {FsyncMode::When::kNever}};
        world_.fsync = kModes[pick(3)];
        world_.segment_bytes = 512 + pick(4096);
        world_.archive = {.segments_kept = pick(3),
                          .segments_per_pass = 1 + pick(3),
                          .files_per_merge = 2 + pick(2),
                          .own_file_payload_bytes = pick(4096),
                          .own_file_stored_bytes = pick(4096)};
        for (std::uint64_t i = 0; i < kLogs; ++i) ids_.push_back(LogId{i});
    }

    void run(int steps) {
        require(world_.open());
        for (int step = 0; step < steps && !testing::Test::HasFailure(); ++step) {
            this->step();
            world_.home.advance(Milliseconds{static_cast<std::int64_t>(pick(3))});
        }
        world_.settle();
        while (!taken_.empty() && !testing::Test::HasFailure()) check_one();
        require(world_.kill_and_reopen());
        check(world_, model_, model_);
    }

  private:
    std::uint64_t pick(std::uint64_t below) { return world_.random.next() % below; }
    static void require(const Result<>& result) { ASSERT_TRUE(result) << result.error().message; }

    void step() {
        switch (pick(20)) {
            case 0:
                return trim(ids_[pick(kLogs)]);
            case 1:
                return pick(4) == 0 ? remove(pick(kLogs)) : void();
            case 2:
            case 3:
                return snapshot();
            case 4:
                return taken_.empty() ? void() : check_one();
            case 5:
                return pick(4) == 0 ? restart() : void();
            case 6:
            case 7:
            case 8:
                return world_.home.run_ready();
            case 9:
            case 10:
            case 11:
            case 12:
            case 13:
                world_.workers.run_one(world_.random);
                return;
            default:
                return append();
        }
    }

    void append() {
        std::vector<NewEntry> entries;
        std::vector<LogId> logs;
        for (std::uint64_t i = pick(8); i > 0; --i) {
            const LogId log = ids_[pick(kLogs)];
            entries.push_back(
                {log, world_.clock.now(), SharedBytes{payload_of(log, model_[log].appended++)}});
            logs.push_back(log);
        }
        world_.journal->append(std::move(entries), [this, logs](const Result<std::vector<Offset>>& offsets) {
            ASSERT_TRUE(offsets);
            for (const LogId log : logs) ++model_[log].acknowledged;
        });
    }

    void trim(LogId log) {
        ModelLog& model = model_[log];
        model.begin_asked = std::max(model.begin_asked, pick(world_.journal->end(log).value() + 1));
        const std::uint64_t begin = model.begin_asked;
        world_.journal->trim(log, Offset{begin}, [this, log, begin](const Result<>& result) {
            require(result);
            model_[log].begin_acknowledged = begin;
        });
    }

    /// An id is never used again: the log goes on under a new one.
    void remove(std::uint64_t which) {
        const LogId log = std::exchange(ids_[which], LogId{next_log_++});
        model_[log].removal_asked = true;
        world_.journal->remove(log, [this, log](const Result<>& result) {
            require(result);
            model_[log].removal_acknowledged = true;
        });
    }

    void snapshot() {
        const std::string directory = fmt::format("/snapshot-{}", next_snapshot_++);
        require(world_.files.create_directory(directory));
        world_.journal->snapshot(directory, [this, directory, model = model_](auto files) {
            ASSERT_TRUE(files) << files.error().message;
            taken_.push_back({directory, model, std::move(*files)});
        });
    }

    void restart() {
        world_.settle();
        require(world_.kill_and_reopen());
    }

    /// Copies one of the snapshots, removes it, and compares the copy.
    void check_one() {
        const auto chosen = taken_.begin() + static_cast<std::ptrdiff_t>(pick(taken_.size()));
        const TakenSnapshot snapshot = std::move(*chosen);
        taken_.erase(chosen);
        JournalWorld copy{pick(1000)};
        copy.segment_bytes = world_.segment_bytes;
        copy.archive = world_.archive;
        require(copy.copy(world_.files, snapshot.directory, snapshot.files));
        require(files::remove_tree(world_.files, snapshot.directory));
        require(copy.open());
        check(copy, snapshot.model, model_);
        copy.settle();
        require(copy.crash_and_reopen());
        check(copy, snapshot.model, model_);
    }

    /// `model`: what must be there; `later`: which logs there may have been since.
    static void check(JournalWorld& world, const Model& model, const Model& later) {
        for (const auto& [log, since] : later) {
            SCOPED_TRACE(fmt::format("log {}", log.value()));
            const auto found = model.find(log);
            const ModelLog expected = found == model.end() ? ModelLog{} : found->second;
            const std::uint64_t end = world.journal->end(log).value();
            const std::uint64_t begin = world.journal->begin(log).value();
            if (expected.removal_acknowledged) {
                ASSERT_EQ(end, 0u);
                continue;
            }
            if (end == 0 && expected.removal_asked) continue;
            ASSERT_GE(end, expected.acknowledged);
            ASSERT_LE(end, expected.appended);
            ASSERT_GE(begin, expected.begin_acknowledged);
            ASSERT_LE(begin, expected.begin_asked);
            const auto entries = world.read(log);
            ASSERT_TRUE(entries) << entries.error().message;
            ASSERT_EQ(entries->size(), end - begin);
            for (std::uint64_t i = 0; i < entries->size(); ++i)
                ASSERT_EQ((*entries)[i].payload.view(), payload_of(log, begin + i));
        }
    }

    JournalWorld world_;
    std::vector<LogId> ids_;
    std::uint64_t next_log_ = kLogs;
    std::uint64_t next_snapshot_ = 0;
    Model model_;
    std::vector<TakenSnapshot> taken_;
};

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* value = std::getenv(name);
    return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

TEST(JournalBackupSimulation, ACopyHoldsWhatWasAcknowledgedBefore) {
    const std::uint64_t first = from_environment("MILLRACE_SEED", 1);
    const std::uint64_t seeds =
        from_environment("MILLRACE_SEEDS", std::getenv("MILLRACE_SEED") != nullptr ? 1 : kSeeds);
    for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
        SCOPED_TRACE(fmt::format("again with MILLRACE_SEED={}", seed));
        BackupSimulation{seed}.run(300);
        if (HasFailure()) return;
    }
}

}  // namespace
}  // namespace millrace::storage
