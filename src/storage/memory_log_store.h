#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/executor.h"
#include "storage/log_store.h"

namespace millrace::storage {

/// A log store that forgets everything with the process: for tests of what stands on LogStore. Keeps the
/// contract of the journal (log_store_contract_test.cc runs on both), and can be told to fail.
///
/// Threads: home executor only. Callbacks not yet run when the store is destroyed are dropped.
class MemoryLogStore final : public LogStore {
  public:
    /// The executor must outlive the store.
    explicit MemoryLogStore(Executor& home);
    ~MemoryLogStore() override;

    void append(std::vector<NewEntry> entries, AppendDone done) override;
    void read(LogId log, Offset from, ReadLimits limits, ReadDone done) override;
    void find_time(LogId log, WallTime time, FindDone done) override;
    [[nodiscard]] Offset begin(LogId log) const override;
    [[nodiscard]] Offset end(LogId log) const override;
    void trim(LogId log, Offset offset, Done done) override;
    void remove(LogId log, Done done) override;

    /// Drops all logs.
    void clear(Done done);

    /// Leaves the log as a salvage would that could not read the entries; they may reach beyond its end.
    void lose(LogId log, Offset first, Offset end);

    /// Every later append, trim and remove fails with the error, until called with nullopt.
    void fail_writes(std::optional<Error> error);
    /// Only the `count` appends after the next `skip` ones fail.
    void fail_appends(Error error, std::size_t count = 1, std::size_t skip = 0);
    /// While held, nothing is committed: appends wait, as on a slow disk. Releasing commits them in order.
    void hold_commits(bool hold);
    /// Calls of append so far.
    [[nodiscard]] std::size_t appends() const;

  private:
    struct State;
    void commit(std::move_only_function<void(State&)> apply);

    Executor& home_;
    std::shared_ptr<State> state_;
};

}  // namespace millrace::storage
