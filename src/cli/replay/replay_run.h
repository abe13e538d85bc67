#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/mutex.h"
#include "cli/replay/checkpoint.h"
#include "cli/replay/shard_replay.h"
#include "cli/replay/shard_schedule.h"
#include "cli/session.h"

namespace millrace::cli {

struct ReplayProgress {
    std::uint64_t records = 0;  ///< that the function took
    std::uint64_t bytes = 0;    ///< of their data
    std::size_t shards_done = 0;
    double share = 0;  ///< of the time that the stream's records span, 0 to 1
};

/// Replays all shards of a stream, several at once, parents before their children. The threads are its own;
/// all functions are for the thread that made it.
class ReplayRun {
  public:
    struct Options {
        std::size_t shards_at_once;
        bool skip_failed;
    };

    /// The plan and the checkpoint (nullptr: none is kept) must outlive it.
    ReplayRun(const SessionOptions& session, const ReplayPlan& plan, std::vector<ShardLineage> shards,
              ReplayCheckpoint* checkpoint, const Options& options);
    ReplayRun(const ReplayRun&) = delete;
    ReplayRun& operator=(const ReplayRun&) = delete;
    ~ReplayRun();

    /// Whether all threads are done, after waiting a while for it.
    [[nodiscard]] bool wait(Milliseconds at_most);
    /// Batches that are with the function are waited for, nothing else is begun.
    void stop() { stopped_ = true; }

    [[nodiscard]] ReplayProgress progress();
    [[nodiscard]] std::vector<FailedBatch> failed();
    /// What ended it before its end: the server did not answer, the checkpoint could not be written.
    [[nodiscard]] std::optional<std::string> error();
    /// Writes the checkpoint as it stands.
    [[nodiscard]] Result<> save();

  private:
    void work(const SessionOptions& session);
    [[nodiscard]] std::optional<std::string> next_shard();
    void replay(Api& api, const std::string& shard);
    [[nodiscard]] bool taken(const std::string& shard, std::span<const StreamRecord> records);
    [[nodiscard]] bool give_up(const FailedBatch& batch);
    void fail(std::string reason);

    const ReplayPlan& plan_;
    const Options options_;
    ReplayCheckpoint* const checkpoint_;
    std::atomic<bool> stopped_ = false;

    Mutex mutex_;
    ConditionVariable changed_;
    ShardSchedule schedule_ GUARDED_BY(mutex_);
    ReplayProgress progress_ GUARDED_BY(mutex_);
    std::map<std::string, WallTime> first_arrivals_ GUARDED_BY(mutex_);
    std::map<std::string, double> shares_ GUARDED_BY(mutex_);
    std::vector<FailedBatch> failed_ GUARDED_BY(mutex_);
    std::optional<std::string> error_ GUARDED_BY(mutex_);
    std::size_t working_ GUARDED_BY(mutex_);
    std::chrono::steady_clock::time_point saved_ GUARDED_BY(mutex_);
    std::vector<std::jthread> threads_;
};

}  // namespace millrace::cli
