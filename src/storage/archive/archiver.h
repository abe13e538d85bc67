#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/executor.h"
#include "files/file_system.h"
#include "storage/archive/archive_pass.h"
#include "storage/archive/archive_plan.h"
#include "storage/journal/worker.h"

namespace millrace::storage {

/// After a failure the next pass waits so long, and then begins by itself.
inline constexpr Milliseconds kArchiveRetryDelay{60'000};

/// Rewrites in the background what the policy says, one pass at a time. A pass whose sources go meanwhile is
/// no failure: what is left is planned anew. So is what is left when a source is damaged.
///
/// Threads: the home executor; passes run on the worker, whose thread should give way to others.
class Archiver {
  public:
    struct Options {
        files::FileSystem& files;
        StorageDirectories directories;
        ArchivePolicy policy;
        std::uint64_t next_number = 0;
        Executor& home;
        Clock& clock;
    };
    /// A pass is done: entries of its sources lie in the files now. Called on the home executor.
    using Moved = std::function<void(const ArchivePass&, std::vector<ArchivedFile>)>;

    /// The index must outlive it.
    Archiver(Options options, const LogIndex& index, Moved moved, std::unique_ptr<Worker> worker);
    Archiver(const Archiver&) = delete;
    Archiver& operator=(const Archiver&) = delete;
    /// Ends a pass that runs; what it wrote goes with the next start.
    ~Archiver();

    /// Begins the next pass if one is due and none runs. To be called whenever files were sealed
    /// or something in them died.
    void look();

    /// Why the newest pass failed, or which source is damaged; empty when all is well.
    [[nodiscard]] std::string failure() const;

  private:
    void finish(const ArchivePass& pass, Result<std::vector<ArchivedFile>> outcome,
                std::optional<FileId> damaged);
    void retry_later();
    void note_failure(std::string& where, std::string reason);
    [[nodiscard]] bool has_lost_sources(const ArchivePass& pass) const;

    Options options_;
    const LogIndex& index_;
    Moved moved_;
    std::string failure_;
    DamagedFiles damaged_;  ///< until the next start; what could not be read, until the retry timer
    std::vector<FileId> unread_;
    bool running_ = false;
    MonotonicTime not_before_{};
    TimerId retry_timer_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< tasks on their way hold it weakly
    std::atomic<bool> stop_ = false;
    std::unique_ptr<Worker> worker_;
};

}  // namespace millrace::storage
