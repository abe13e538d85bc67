#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "base/units.h"
#include "services/sqs/queue_state.h"

namespace millrace::sqs {

/// When a queue's log is trimmed to its first message, and when the messages that stand first are moved to
/// its end. Pure.
///
/// They are moved only while messages are at most a quarter of what lies between the first of them and the
/// log's end. So in one turn of the log, each byte that is written again frees at least three, and the log
/// comes to span no more than four times its messages, or kMoveSpanBytes for up to kMoveDelay.
class LogUpkeep {
  public:
    // Space is given back when so much is dead, or a while after the first of it died.
    static constexpr std::uint64_t kTrimEntries = 1'024;
    static constexpr std::uint64_t kTrimBytes = 4_MiB;
    static constexpr Seconds kTrimDelay{10};

    static constexpr std::uint64_t kMoveShare = 4;
    // Below the span there is time, but not for ever: a log's few entries can each keep a segment of the
    // journal, which is full of others'.
    static constexpr std::uint64_t kMoveSpanBytes = 16_MiB;
    static constexpr Seconds kMoveDelay{60};

    /// `entries`: from the log's begin to its first message.
    [[nodiscard]] bool trim_due(MonotonicTime now, std::uint64_t entries, const LogUse& use);
    void trimmed(const LogUse& use);

    [[nodiscard]] bool move_due(MonotonicTime now, const LogUse& use);
    /// Nothing moves for a while, after a failure.
    void postpone_moves(MonotonicTime now) { moves_from_ = now + kMoveDelay; }

    /// When something may become due that is not yet.
    [[nodiscard]] std::optional<MonotonicTime> next_due(MonotonicTime now) const;

  private:
    std::uint64_t trimmed_bytes_ = 0;
    std::optional<MonotonicTime> trim_at_;
    std::optional<MonotonicTime> move_at_;
    MonotonicTime moves_from_ = MonotonicTime::min();
};

}  // namespace millrace::sqs
