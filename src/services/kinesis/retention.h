#pragma once

#include <memory>

#include "base/executor.h"
#include "base/time.h"
#include "services/kinesis/state.h"
#include "storage/log_store.h"

namespace millrace::kinesis {

/// Trims what is older than its stream's retention period: when the oldest record expires, but at most once a
/// minute. Without records there is no timer. Threads: the home executor; everything given must outlive it.
class Retention {
  public:
    Retention(Executor& executor, const Clock& clock, storage::LogStore& store, const State& state);
    ~Retention();
    Retention(const Retention&) = delete;
    Retention& operator=(const Retention&) = delete;

    /// Looks at all shards now, and from then on when it is time.
    void sweep();
    /// The stream took records.
    void appended(const Stream& stream);
    /// The stream's period changed.
    void changed(const Stream& stream);

  private:
    void sweep_shard(storage::LogId log, Milliseconds period);
    void schedule_oldest(storage::LogId log, Milliseconds period);
    void schedule_at(WallTime expiry);

    Executor& executor_;
    const Clock& clock_;
    storage::LogStore& store_;
    const State& state_;
    WallTime earliest_next_;  ///< the last sweep and the interval after it
    WallTime scheduled_;      ///< when the timer runs, if there is one
    TimerId timer_;
    /// What outlives this object holds it weakly.
    std::shared_ptr<Retention*> self_ = std::make_shared<Retention*>(this);
};

}  // namespace millrace::kinesis
