#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <queue>
#include <set>
#include <utility>
#include <vector>

#include "base/time.h"
#include "services/sqs/record.h"
#include "storage/log_store.h"

namespace millrace::sqs {

/// The two readings of one moment: deadlines are monotonic, message ages are wall time.
struct Instant {
    WallTime wall{};
    MonotonicTime monotonic{};
    [[nodiscard]] static Instant of(const Clock& clock) { return {clock.now(), clock.monotonic()}; }
};

/// One handing-out of a message.
struct Delivery {
    storage::Offset offset{};
    std::uint32_t nonce = 0;  ///< tells this receive from others of the same message
    std::uint32_t receive_count = 0;
    WallTime first_received{};
};

enum class VisibilityChange {
    kChanged,
    kNotInFlight,  ///< visible again, or received by somebody else since: nothing to change
    kGone,         ///< no such message
    kBeyondLimit,  ///< more than 12 hours after the receive
};

/// Which messages a standard queue holds, and which of them may be received when. Pure: driven by log records
/// and by the moments it is told; bodies stay in the log.
///
/// A message is delayed until its delay ends, then ready, in flight from a receive until its visibility
/// timeout ends, ready again, and so on until it is removed. `leaving` are messages whose removal is on its
/// way to the log: they are handed out no more. Receives and their timeouts are not in the log: after a
/// restart everything is ready again.
class QueueState {
  public:
    static constexpr std::size_t kInFlightMax = 120'000;

    /// What take() found: messages for the consumer, and those received too often already (now leaving),
    /// which belong into the dead-letter queue.
    struct Taken {
        std::vector<Delivery> deliveries;
        std::vector<storage::Offset> exhausted;
    };

    void set_retention(Seconds retention) { retention_ = retention; }

    // What the log says. remove() ignores messages that are gone already.
    void add(storage::Offset offset, WallTime sent, Seconds delay, Instant now);
    void remove(storage::Offset offset);
    void purge();
    void apply(storage::Offset offset, const Record& record, Instant now);

    /// Makes ready what is due by now.
    void advance(Instant now);

    /// Removes what is older than the retention period and tells which messages that were.
    [[nodiscard]] std::vector<storage::Offset> expire(Instant now);

    /// Hands out up to `limit` ready messages, oldest first, and hides them for the timeout. Messages
    /// received `receives_max` times before are exhausted instead (0: no such limit). `nonce` seeds the
    /// deliveries' nonces.
    [[nodiscard]] Taken take(Instant now, std::size_t limit, Seconds timeout, std::uint32_t receives_max,
                             std::uint32_t nonce);

    /// Hides the message while its removal is written; release() undoes that when the write failed.
    void hold(storage::Offset offset);
    void release(storage::Offset offset);

    [[nodiscard]] VisibilityChange change_visibility(Instant now, storage::Offset offset, std::uint32_t nonce,
                                                     Seconds timeout);

    [[nodiscard]] bool contains(storage::Offset offset) const { return messages_.contains(offset); }
    [[nodiscard]] std::size_t ready() const { return count(Phase::kReady); }
    [[nodiscard]] std::size_t in_flight() const { return count(Phase::kInFlight); }
    [[nodiscard]] std::size_t delayed() const { return count(Phase::kDelayed); }
    /// May another message be handed out?
    [[nodiscard]] bool can_take() const { return ready() > 0 && in_flight() < kInFlightMax; }

    /// When advance() or expire() will next have something to do.
    [[nodiscard]] std::optional<MonotonicTime> next_due(Instant now) const;

    /// Nothing before this offset is needed any more; empty when no message is left.
    [[nodiscard]] std::optional<storage::Offset> first_live() const;

  private:
    enum class Phase : std::uint8_t { kReady, kDelayed, kInFlight, kLeaving };

    struct Message {
        WallTime sent;
        WallTime first_received{};
        MonotonicTime received{};    ///< the latest receive
        MonotonicTime visible_at{};  ///< while delayed or in flight
        std::uint32_t receive_count = 0;
        std::uint32_t nonce = 0;
        Phase phase = Phase::kLeaving;
    };
    using Messages = std::map<storage::Offset, Message>;

    [[nodiscard]] std::size_t count(Phase phase) const { return counts_[static_cast<std::size_t>(phase)]; }
    void enter(storage::Offset offset, Message& message, Phase phase);
    void erase(Messages::iterator at);

    Seconds retention_{345'600};
    Messages messages_;
    std::array<std::size_t, 4> counts_{};
    /// Ready messages, oldest on top; may also name messages that were removed while ready.
    std::priority_queue<storage::Offset, std::vector<storage::Offset>, std::greater<>> ready_;
    /// Delayed and in-flight messages by the time they become visible.
    std::set<std::pair<MonotonicTime, storage::Offset>> waiting_;
    /// Messages sent before one that precedes them in the log: moved here from another queue. All others
    /// expire in log order.
    std::set<std::pair<WallTime, storage::Offset>> early_;
    WallTime newest_sent_{WallTime::min()};
};

}  // namespace millrace::sqs
