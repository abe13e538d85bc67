#include <gtest/gtest.h>

#include "base/counted_new.h"
#include "base/manual_executor.h"
#include "base/random.h"
#include "files/helpers.h"
#include "files/posix_file_system.h"
#include "storage/entry_buffer.h"
#include "storage/journal/journal.h"
#include "storage/journal/stepped_workers.h"

// An executable of its own, because it replaces operator new.

namespace millrace::storage {
namespace {

constexpr std::size_t kRecordBytes = 1000;
constexpr std::size_t kRecords = 100'000;

/// The production journal but for threads, so that the counts repeat; on real files, which are not synced.
class AppendAllocations : public testing::Test {
  protected:
    AppendAllocations() : home_(clock_), source_(2 * kRecordBytes, 'x') {
        auto opened = Journal::open({.directory = directory_.path() + "/data",
                                     .fsync = {.when = FsyncMode::When::kNever},
                                     .files = files_,
                                     .home = home_,
                                     .clock = clock_,
                                     .archive = {.segments_kept = 1'000'000},
                                     .start_worker = workers_.starter()});
        EXPECT_TRUE(opened);
        journal_ = std::move(*opened);
    }
    ~AppendAllocations() override { journal_.reset(); }

    void append(std::size_t batch, std::uint64_t logs) {
        EntryBuffer entries{batch, batch * kRecordBytes};
        for (std::size_t i = 0; i < batch; ++i) {
            entries.bytes().append(source_, random_.next() % kRecordBytes, kRecordBytes);
            entries.end_entry(LogId{1 + random_.next() % logs}, clock_.now());
        }
        journal_->append(std::move(entries).take(), [](const auto& offsets) { ASSERT_TRUE(offsets); });
        do {
            home_.run_ready();
        } while (workers_.run_one(random_));
    }

    /// Calls of operator new for each append once all is warm.
    double allocations(std::size_t batch, std::uint64_t logs, std::size_t records = kRecords) {
        for (std::size_t i = 0; i < kRecords / 2; i += batch) append(batch, logs);
        const std::uint64_t before = new_calls;
        for (std::size_t i = 0; i < records; i += batch) append(batch, logs);
        return static_cast<double>(new_calls - before) / static_cast<double>(records / batch);
    }

    files::TemporaryDirectory directory_;
    files::PosixFileSystem files_;
    ManualClock clock_;
    ManualExecutor home_;
    SteppedWorkers workers_;
    SeededRandom random_{1};
    std::string source_;
    std::unique_ptr<Journal> journal_;
};

/// Of an append, whatever it holds: buffers of its entries, its callback, two tasks between the threads.
constexpr double kAllocationsPerAppend = 16;

TEST_F(AppendAllocations, ARecordOfALargeAppendCostsNone) {
    EXPECT_LE(allocations(500, 1), kAllocationsPerAppend);
}

TEST_F(AppendAllocations, ARecordOfOneOfManyLogsCostsNone) {
    EXPECT_LE(allocations(500, 100), kAllocationsPerAppend);
}

TEST_F(AppendAllocations, ALoneRecordCostsThoseOfAnAppend) {
    EXPECT_LE(allocations(1, 10, 20'000), kAllocationsPerAppend);
}

}  // namespace
}  // namespace millrace::storage
