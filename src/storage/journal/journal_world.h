#pragma once

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/manual_executor.h"
#include "base/random.h"
#include "files/helpers.h"
#include "files/simulated_file_system.h"
#include "storage/journal/journal.h"
#include "storage/journal/stepped_workers.h"

namespace millrace::storage {

/// For tests: a journal whose disk, threads and time are simulated from one seed.
class JournalWorld {
  public:
    explicit JournalWorld(std::uint64_t seed = 1) : random(seed), files(random), home(clock) {}

    [[nodiscard]] Result<> open() {
        auto opened = Journal::open({.directory = "/data",
                                     .fsync = fsync,
                                     .files = files,
                                     .home = home,
                                     .clock = clock,
                                     .segment_bytes = segment_bytes,
                                     .recent_bytes_max = recent_bytes_max,
                                     .queue_bytes_max = queue_bytes_max,
                                     .held_back_bytes = held_back_bytes,
                                     .waiting_reads_max = waiting_reads_max,
                                     .archive = archive,
                                     .start_worker = workers.starter()});
        if (!opened) return std::unexpected(std::move(opened.error()));
        journal = std::move(*opened);
        return {};
    }

    /// Runs everything until nothing is left to do but timers. A journal that works without an end fails the
    /// test, and is left alone.
    void settle() {
        constexpr int kTasksMax = 10'000;  // the longest of the simulations needs a tenth of that
        int tasks = 0;
        do {
            home.run_ready();
        } while (workers.run_one(random) && ++tasks < kTasksMax);
        EXPECT_LT(tasks, kTasksMax) << "the journal never comes to rest";
    }

    /// Power fails, and comes back.
    [[nodiscard]] Result<> crash_and_reopen() {
        files.crash();
        journal.reset();
        home.run_ready();
        return open();
    }
    /// What is known of a journal that was neither stopped nor went on to another segment.
    void forget_head() { static_cast<void>(files.remove("/data/journal.head")); }
    /// The process is killed, and started again.
    [[nodiscard]] Result<> kill_and_reopen() {
        files.kill();
        journal.reset();
        home.run_ready();
        return open();
    }
    [[nodiscard]] Result<> close_and_reopen() {
        journal.reset();
        home.run_ready();
        return open();
    }

    Result<std::vector<Offset>> append(LogId log, std::vector<std::string> payloads) {
        std::vector<NewEntry> entries;
        for (std::string& payload : payloads)
            entries.push_back({log, clock.now(), SharedBytes{std::move(payload)}});
        Result<std::vector<Offset>> outcome = fail(ErrorCode::kInternal, "no answer");
        journal->append(std::move(entries), [&](auto result) { outcome = std::move(result); });
        settle();
        return outcome;
    }

    Result<std::vector<Entry>> read(LogId log, Offset from = Offset{0}, ReadLimits limits = {}) {
        Result<std::vector<Entry>> outcome = fail(ErrorCode::kInternal, "no answer");
        journal->read(log, from, limits, [&](auto result) { outcome = std::move(result); });
        settle();
        return outcome;
    }

    /// The payloads the log holds; nothing when reading fails.
    std::vector<std::string> payloads(LogId log, Offset from = Offset{0}, ReadLimits limits = {}) {
        std::vector<std::string> found;
        if (const auto entries = read(log, from, limits)) {
            for (const Entry& entry : *entries) found.emplace_back(entry.payload.view());
        }
        return found;
    }

    Result<Offset> find_time(LogId log, WallTime time) {
        Result<Offset> outcome = fail(ErrorCode::kInternal, "no answer");
        journal->find_time(log, time, [&](auto result) { outcome = std::move(result); });
        settle();
        return outcome;
    }

    Result<> trim(LogId log, Offset offset) {
        return settled([&](Done done) { journal->trim(log, offset, std::move(done)); });
    }
    Result<> remove(LogId log) {
        return settled([&](Done done) { journal->remove(log, std::move(done)); });
    }
    Result<> clear() {
        return settled([&](Done done) { journal->clear(std::move(done)); });
    }

    /// Into a new directory of that path.
    Result<std::vector<files::SnapshotFile>> snapshot(const std::string& directory) {
        if (auto made = files.create_directory(directory); !made)
            return std::unexpected(std::move(made.error()));
        Result<std::vector<files::SnapshotFile>> outcome = fail(ErrorCode::kInternal, "no answer");
        journal->snapshot(directory, [&](auto result) { outcome = std::move(result); });
        settle();
        return outcome;
    }

    /// Makes a snapshot of another world this one's data directory, as a backup does it: so many bytes of
    /// each file.
    [[nodiscard]] Result<> copy(files::FileSystem& from, const std::string& directory,
                                const std::vector<files::SnapshotFile>& snapshot) {
        for (const files::SnapshotFile& file : snapshot) {
            auto contents = files::read_file(from, files::join(directory, file.name));
            if (!contents) return std::unexpected(std::move(contents.error()));
            MILLRACE_ASSERT(contents->size() >= file.bytes);
            contents->resize(file.bytes);
            const std::string path = files::join("/data", file.name);
            auto made = files::create_directories(files, files::parent_of(path));
            if (made) made = files::write_file_atomically(files, path, *contents);
            if (!made) return made;
        }
        auto durable = files.sync_directory("/data");
        return durable ? files.sync_directory("/") : durable;
    }

    /// Paths of the segment files, oldest first.
    std::vector<std::string> segments() { return paths_in("/data/journal"); }
    /// Paths of the archive files, oldest first.
    std::vector<std::string> archives() { return paths_in("/data/archive"); }

    SeededRandom random;
    files::SimulatedFileSystem files;
    ManualClock clock;
    ManualExecutor home;
    SteppedWorkers workers;
    FsyncMode fsync{.zeros_ahead = 0};  ///< so that files hold what was appended
    std::uint64_t segment_bytes = kSegmentBytes;
    std::size_t recent_bytes_max = kRecentBytesMax;
    std::size_t queue_bytes_max = kQueueBytesMax;
    std::size_t waiting_reads_max = kWaitingReadsMax;
    std::uint64_t held_back_bytes = 0;                  ///< so that a disk can be filled to the byte
    ArchivePolicy archive{.segments_kept = 1'000'000};  ///< never
    std::unique_ptr<Journal> journal;

  private:
    std::vector<std::string> paths_in(const std::string& directory) {
        std::vector<std::string> paths;
        if (const auto entries = files.list(directory)) {
            for (const auto& entry : *entries) paths.push_back(directory + "/" + entry.name);
        }
        return paths;
    }

    template <class Call>
    Result<> settled(Call call) {
        Result<> outcome = fail(ErrorCode::kInternal, "no answer");
        call([&](Result<> result) { outcome = std::move(result); });
        settle();
        return outcome;
    }
};

}  // namespace millrace::storage
