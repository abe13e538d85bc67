#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "cli/api.h"
#include "cli/stream_records.h"

namespace millrace::cli {

struct ReplayPlan {
    std::string stream;
    std::string function;
    EventSource source;
    std::optional<WallTime> from;  ///< nullopt: the oldest record there is
    WallTime until;                ///< records that arrived later are left alone
    std::size_t batch_records_max;
    int attempts_max;
};

/// Records that the function did not take, however often it was asked.
struct FailedBatch {
    std::string shard;
    std::size_t records = 0;
    std::string first;  ///< sequence numbers
    std::string last;
    std::string reason;
};

/// Hands one shard's records to a function in their order, in batches as a mapping makes them: at most 6 MiB,
/// tried again after 100 ms and longer each time, or from the first item that a partial batch response names.
/// Threads: one; calls block. Several objects may run on threads of their own, each with its own Api.
class ShardReplay {
  public:
    struct Events {
        /// The function took these; false: stop here.
        std::function<bool(std::span<const StreamRecord>)> taken;
        /// It did not; true: go on behind them.
        std::function<bool(const FailedBatch&)> failed;
        /// Asked before waiting and before every attempt; true: stop.
        std::function<bool()> stopped;
    };

    ShardReplay(Api& api, const ReplayPlan& plan, std::string shard, Events events);

    /// Behind that record, or where the plan says; true when the shard is read to its end, false when
    /// stopped.
    [[nodiscard]] Answer<bool> run(const std::optional<std::string>& after);

  private:
    enum class Outcome : std::uint8_t { kGoOn, kStop };

    [[nodiscard]] Answer<std::string> open(const std::optional<std::string>& after);
    /// Reads more into pending_; nullopt in the iterator at the end of what is to be replayed.
    [[nodiscard]] Answer<void> read(std::optional<std::string>& iterator);
    [[nodiscard]] Answer<Outcome> hand_over(std::span<const StreamRecord> batch);
    /// How many of the batch the function took, from its start; the reason when not all.
    [[nodiscard]] Answer<std::size_t> attempt(std::span<const StreamRecord> batch, std::string& reason);
    [[nodiscard]] std::size_t next_batch_size() const;

    Api& api_;
    const ReplayPlan& plan_;
    std::string shard_;
    Events events_;
    std::vector<StreamRecord> pending_;
};

/// How many records stand before the first that the answer names as failed: all when it names none, none when
/// it names one that is not in the batch. `answer` is a function's payload.
[[nodiscard]] std::size_t taken_by_answer(std::string_view answer, std::span<const StreamRecord> batch);

}  // namespace millrace::cli
