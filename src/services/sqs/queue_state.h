#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/time.h"
#include "services/sqs/message_groups.h"
#include "services/sqs/message_table.h"
#include "services/sqs/record.h"
#include "storage/log_store.h"

namespace millrace::sqs {

/// The two readings of one moment: deadlines are monotonic, message ages are wall time.
struct Instant {
    WallTime wall{};
    MonotonicTime monotonic{};
    [[nodiscard]] static Instant of(const Clock& clock) { return {clock.now(), clock.monotonic()}; }
};

/// Where a record stands in its queue's log.
struct Place {
    storage::Offset offset{};
    std::size_t bytes = 0;  ///< of the encoded record
};

/// A message and where its content stands at the moment.
struct PlacedMessage {
    MessageNumber number{};
    storage::Offset offset{};
};

/// One handing-out of a message.
struct Delivery {
    PlacedMessage message;
    std::uint32_t nonce = 0;  ///< tells this receive from others of the same message
    std::uint32_t receive_count = 0;
    WallTime first_received{};
};

enum class VisibilityChange {
    kChanged,
    kNotInFlight,  ///< nothing to change; of a FIFO queue: visible again, or received by somebody else since
    kGone,         ///< no such message
    kBeyondLimit,  ///< more than 12 hours after the receive
};

/// What a queue's log holds, in bytes; each entry counts QueueState::kEntryCostBytes more than its record.
struct LogUse {
    std::uint64_t dead = 0;  ///< before the first message, since the start
    std::uint64_t span = 0;  ///< from the first message to the end
    std::uint64_t live = 0;  ///< of that, the messages
};

/// Which messages a queue holds, and which of them may be received when. Pure: driven by log records and by
/// the moments it is told; bodies stay in the log.
///
/// A message is delayed until its delay ends, then ready, in flight from a receive until its visibility
/// timeout ends, ready again, and so on until it is removed. `leaving` are messages whose removal is on its
/// way to the log: they are handed out no more. Receives count from the moment of take() on; their records
/// are for restarts. A message that moves to a later place of the log keeps its number, and with it its turn.
///
/// MessageGroups says whose turn it is. A FIFO queue hands out nothing that stands behind a message of its
/// group that is in flight or leaving, except that one take() may hand out several, in order.
class QueueState {
  public:
    static constexpr std::size_t kInFlightMax = 120'000;
    /// About what an entry takes beside its record.
    static constexpr std::size_t kEntryCostBytes = 64;

    /// What take() found: messages for the consumer, and those received too often already (now leaving),
    /// which belong into the dead-letter queue.
    struct Taken {
        std::vector<Delivery> deliveries;
        std::vector<MessageNumber> exhausted;
    };

    explicit QueueState(bool fifo = false) : fifo_(fifo), groups_(fifo) {}

    void set_retention(Seconds retention) { retention_ = retention; }

    // The log, entry by entry.

    /// What the record says. Messages that are gone are ignored.
    void apply(Place place, const Record& record, Instant now);
    /// The message's content stands at this place from now on.
    void move(MessageNumber number, Place place);
    /// A record of what is known already.
    void pass(Place place) { log_bytes_ += place.bytes + kEntryCostBytes; }

    /// Makes ready what is due by now; of very many only a part, and then next_due() is not later than now.
    void advance(Instant now);

    /// Removes what is older than the retention period and tells which messages that were.
    [[nodiscard]] std::vector<MessageNumber> expire(Instant now);

    /// Hands out up to `limit` ready messages, oldest of the group first, and hides them for the timeout.
    /// Messages received `receives_max` times before are exhausted instead (0: no such limit). `nonce` seeds
    /// the deliveries' nonces.
    [[nodiscard]] Taken take(Instant now, std::size_t limit, Seconds timeout, std::uint32_t receives_max,
                             std::uint32_t nonce);

    /// Up to `limit` ready messages in the order of take(), which are leaving now.
    [[nodiscard]] std::vector<PlacedMessage> withdraw(std::size_t limit);

    /// Hides the message while its removal is written; release() undoes that when the write failed.
    void hold(MessageNumber number);
    void release(MessageNumber number);

    /// In a standard queue whatever receive the nonce is of; hides a message that is visible again.
    [[nodiscard]] VisibilityChange change_visibility(Instant now, MessageNumber number, std::uint32_t nonce,
                                                     Seconds timeout);

    /// The delivery that is under way, and when its timeout ends; empty when the message is not in flight, or
    /// by another receive.
    [[nodiscard]] std::optional<std::pair<Delivery, MonotonicTime>> delivery_of(MessageNumber number,
                                                                                std::uint32_t nonce) const;
    /// Undoes a delivery that reached nobody: as if it had not been.
    void take_back(const Delivery& delivery);
    /// The message is there, but the time that this receive had for it is over.
    [[nodiscard]] bool has_ended(Instant now, MessageNumber number, std::uint32_t nonce) const;

    [[nodiscard]] bool contains(MessageNumber number) const { return offset_of(number).has_value(); }
    /// Where the message's content stands.
    [[nodiscard]] std::optional<storage::Offset> offset_of(MessageNumber number) const;
    [[nodiscard]] bool is_leaving(MessageNumber number) const;
    /// Also of a message that is leaving: should a crash keep it here, its receives count. Empty when it is
    /// gone.
    [[nodiscard]] std::optional<ReceiveState> receives_of(MessageNumber number, Instant now) const;
    /// Those of the message in this queue, leaving or not, behind those before it came; none when it is gone.
    [[nodiscard]] EarlierReceives receives_after(EarlierReceives earlier, MessageNumber number) const;

    [[nodiscard]] std::size_t ready() const { return count(Phase::kReady); }
    [[nodiscard]] std::size_t in_flight() const { return count(Phase::kInFlight); }
    [[nodiscard]] std::size_t delayed() const { return count(Phase::kDelayed); }
    /// May another message be handed out?
    [[nodiscard]] bool can_take() const { return ready() > 0 && groups_.any() && in_flight() < kInFlightMax; }

    /// When advance() or expire() will next have something to do.
    [[nodiscard]] std::optional<MonotonicTime> next_due(Instant now) const;

    /// Nothing before this offset is needed any more; empty when no message is left.
    [[nodiscard]] std::optional<storage::Offset> first_live() const;
    [[nodiscard]] LogUse log_use() const;
    /// The messages that stand first in the log, in its order: within `entries` entries from the first on, of
    /// no more than so many bytes (but always one), and none behind one that is leaving. None when the first
    /// expires before `expiring`.
    [[nodiscard]] std::vector<PlacedMessage> survivors(std::uint64_t entries, std::uint64_t bytes,
                                                       WallTime expiring) const;

  private:
    using Phase = MessagePhase;
    /// A group that one call takes messages of, and the first that it may not take: it was held up before.
    struct BegunGroup {
        MessageGroups::Index index = 0;
        MessageNumber end;
    };

    [[nodiscard]] std::size_t count(Phase phase) const { return counts_[static_cast<std::size_t>(phase)]; }
    [[nodiscard]] StoredMessage* find(MessageNumber number);
    [[nodiscard]] const StoredMessage* find(MessageNumber number) const;
    void add(MessageNumber number, Place place, const SendRecord& content, Instant now);
    void restore(StoredMessage& message, const ReceiveState& receives, Instant now);
    void remove(MessageNumber number);
    void purge();
    /// The message's entry is the log's newest.
    void stand_last(StoredMessage& message, Place place);
    [[nodiscard]] static bool is_busy(Phase phase) {
        return phase == Phase::kInFlight || phase == Phase::kLeaving;
    }
    void leave_phase(const StoredMessage& message, Phase next);
    /// `undone`: as if it had not been handed out.
    void enter(StoredMessage& message, Phase phase, bool undone = false);
    void wait(StoredMessage& message, Phase phase, MonotonicTime until);
    /// Takes the next ready message out of its line; the caller makes it busy. `begun` is the group that the
    /// call before was about: a FIFO queue's next messages come from the same, though it is locked.
    [[nodiscard]] StoredMessage* next_ready(std::optional<BegunGroup>& begun);
    [[nodiscard]] Delivery deliver(StoredMessage& message, Instant now, Seconds timeout, std::uint32_t nonce);
    void erase(StoredMessage& message);

    bool fifo_;
    Seconds retention_{345'600};
    MessageTable messages_;
    std::unordered_map<MessageNumber, storage::Offset> moved_;  ///< the places of those that moved
    std::array<std::size_t, 4> counts_{};
    MessageGroups groups_;
    /// Delayed and in-flight messages by the time they become visible.
    std::set<std::pair<MonotonicTime, MessageNumber>> waiting_;
    /// Messages sent before one that precedes them in the log: moved within it, or here from another queue.
    /// All others expire in log order.
    std::set<std::pair<WallTime, MessageNumber>> early_;
    WallTime newest_sent_{WallTime::min()};
    std::uint64_t log_bytes_ = 0;  ///< of the log, since the start
    std::uint64_t live_bytes_ = 0;
};

}  // namespace millrace::sqs
