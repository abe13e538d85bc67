#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/executor.h"
#include "storage/journal/log_index.h"
#include "storage/journal/recent_entries.h"
#include "storage/journal/run_reader.h"
#include "storage/journal/worker.h"
#include "storage/log_store.h"
#include "storage/ring.h"

namespace millrace::storage {

/// Reads of what is no longer in memory that hold entries at the same time: each at most what its caller
/// asked for, one entry and two blocks of the archive more.
inline constexpr std::size_t kReadsAtOnce = 4;
/// Reads that wait for their turn, without entries, a few hundred bytes each; more are refused
/// (kResourceExhausted).
inline constexpr std::size_t kWaitingReadsMax = 16'384;

/// The reads on their way between the home executor, which knows what is there, and the worker that fetches
/// it. What is in memory is answered inside the call. Home executor only.
class Reads {
  public:
    struct Options {
        const LogIndex& index;
        const RecentEntries& recent;
        RunReader& files;
        Worker& worker;
        Executor& home;
        std::size_t waiting_max = kWaitingReadsMax;
    };

    explicit Reads(Options options);
    Reads(const Reads&) = delete;
    Reads& operator=(const Reads&) = delete;
    ~Reads();

    /// As LogStore::read(). Callbacks not yet run when it is destroyed are dropped; one may destroy it.
    void start(LogId log, Offset from, ReadLimits limits, ReadDone done);

    /// That wait for their turn.
    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
    /// Why the newest read failed that did; empty when none has, or what it wanted was read since, or is not
    /// wanted any more.
    [[nodiscard]] std::string failure() const;

  private:
    struct Read;
    struct Failure {
        LogId log;
        Offset at;  ///< first entry that could not be read
        std::string reason;
    };

    void go_on(std::unique_ptr<Read> read);
    void fetch(std::unique_ptr<Read> read);
    void fetched(std::unique_ptr<Read> read);
    void finish(std::unique_ptr<Read> read, Result<std::vector<Entry>> outcome);
    void start_waiting();
    void note_failure(const Read& read, const Error& error);
    void note_success(const Read& read);

    Options options_;
    std::size_t at_once_ = 0;
    Ring<std::unique_ptr<Read>> waiting_;
    std::optional<Failure> failure_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< tasks on their way hold it weakly
};

}  // namespace millrace::storage
