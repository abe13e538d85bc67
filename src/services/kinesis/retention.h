#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/executor.h"
#include "base/time.h"
#include "services/kinesis/state.h"
#include "storage/log_store.h"

namespace millrace::kinesis {

/// Trims what is older than its stream's retention period, and tells which shards were closed so long ago:
/// when the oldest record or shard expires, but at most once a minute. Without records and closed shards
/// there is no timer. Threads: the home executor; everything given must outlive it.
class Retention {
  public:
    /// All shards of a stream that expired. Must not take them away before it returns.
    using Expire = std::function<void(const Stream&, std::vector<Shard>)>;

    Retention(Executor& executor, const Clock& clock, storage::LogStore& store, const State& state,
              Expire expire);
    ~Retention();
    Retention(const Retention&) = delete;
    Retention& operator=(const Retention&) = delete;

    /// Looks at all shards now, and from then on when it is time.
    void sweep();
    /// The stream took records, or shards of it were closed.
    void appended(const Stream& stream);
    /// The stream's period changed.
    void changed(const Stream& stream);

  private:
    void sweep_stream(const Stream& stream);
    void sweep_shard(storage::LogId log, Milliseconds period);
    void schedule_oldest(storage::LogId log, Milliseconds period);
    void schedule_at(WallTime expiry);

    Executor& executor_;
    const Clock& clock_;
    storage::LogStore& store_;
    const State& state_;
    const Expire expire_;
    WallTime earliest_next_;  ///< the last sweep and the interval after it
    WallTime scheduled_;      ///< when the timer runs, if there is one
    TimerId timer_;
    /// What outlives this object holds it weakly.
    std::shared_ptr<Retention*> self_ = std::make_shared<Retention*>(this);
};

}  // namespace millrace::kinesis
