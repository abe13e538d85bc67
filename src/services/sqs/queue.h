#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "services/sqs/dependencies.h"
#include "services/sqs/log_upkeep.h"
#include "services/sqs/parked_receives.h"
#include "services/sqs/queue_description.h"
#include "services/sqs/queue_state.h"
#include "storage/entry_buffer.h"

namespace millrace::sqs {

/// Messages about to be written with one call.
struct OutgoingMessages {
    struct Times {
        WallTime sent;
        Seconds delay;
    };
    storage::EntryBuffer entries;  ///< a SendRecord each
    std::vector<Times> times;      ///< what the state needs of each
};

/// A queue at work: its log, its state, the receives that wait at it, and one timer for whatever is due next.
/// Owned by shared pointer, as what was asked of the log may answer after the queue was deleted.
/// Threads: the home executor. Callbacks may run inside the call only where that is said.
class Queue : public std::enable_shared_from_this<Queue> {
  public:
    /// Finds the dead-letter queue by ARN; nullptr when there is none.
    using FindQueue = std::function<std::shared_ptr<Queue>(const std::string& arn)>;

    Queue(const Dependencies& dependencies, QueueDescription description, FindQueue find_queue);

    [[nodiscard]] const QueueDescription& description() const { return description_; }
    [[nodiscard]] const QueueAttributes& attributes() const { return description_.attributes; }
    /// The log stays the same.
    void set_description(QueueDescription description);

    /// Rebuilds the state from the log. Errors: those of reading; kCorruption naming queue and offset.
    void recover(storage::Done done);

    /// `ready` is called, from within anything, when there are messages that no receive waits for.
    void on_ready(std::function<void()> ready) { on_ready_ = std::move(ready); }

    /// Answers when the messages are durable and may be received.
    void send(OutgoingMessages messages, storage::Done done);

    /// Answers as soon as there is a message, or with none when the wait is over; may answer inside the call.
    /// Errors: OverLimit when all that is visible is held back by the in-flight limit and the receive does
    /// not wait; QueueDoesNotExist when the queue is deleted meanwhile.
    void receive(ReceiveOptions options, ReceiveDone done);

    /// Answers when the deletion is durable; messages that are gone already count as deleted.
    void remove(std::vector<MessageNumber> messages, storage::Done done);

    /// Takes effect at once; write_receives() makes it durable.
    [[nodiscard]] VisibilityChange change_visibility(MessageNumber message, std::uint32_t nonce,
                                                     Seconds timeout);
    /// Writes what receives have made of these messages, as it is now; answers when that is durable.
    void write_receives(const std::vector<MessageNumber>& messages, storage::Done done);

    /// False when the last purge was asked for less than 60 seconds ago.
    [[nodiscard]] bool may_purge() const;
    /// Removes every message sent so far; answers when that is durable.
    void purge(storage::Done done);

    /// Answers the waiting receives, with the error or else with no messages, and stops.
    void close(const std::optional<aws::ServiceError>& error);

    /// Counts as of now.
    [[nodiscard]] const QueueState& state();

  private:
    /// Where reads begin that are on their way: the log is not trimmed beyond them.
    using Reads = std::multiset<storage::Offset>;

    void replay(storage::Offset from, storage::Done done);
    void append(Record record, storage::Done done);
    void written(Place place, const Record& record);

    /// Lets time and messages take effect: to be called after every change.
    void settle();
    void expire(Instant now);
    void serve(Instant now);
    void deliver(std::vector<Delivery> deliveries, ReceiveDone done);
    void answer_overdue(MonotonicTime now);
    void trim(MonotonicTime now);
    void finish_read(Reads::iterator read);
    void arm(Instant now);

    void move_survivors(Instant now);
    void write_survivors(const std::vector<PlacedMessage>& survivors,
                         const std::vector<storage::Entry>& entries);
    void finish_move(const Result<>& moved);

    [[nodiscard]] std::uint32_t receives_max() const;
    void move_to_dead_letters(MessageNumber number);
    void write_dead_letter(MessageNumber number, const SendRecord& content, std::shared_ptr<Queue> target);

    const Dependencies& dependencies_;
    FindQueue find_queue_;
    QueueDescription description_;
    QueueState state_;
    ParkedReceives parked_;
    storage::Offset applied_{};  ///< one past the newest entry that state_ knows
    Reads reads_;
    LogUpkeep upkeep_;
    bool moving_ = false;
    std::size_t purges_ = 0;  ///< on their way to the log
    std::optional<MonotonicTime> last_purge_;
    std::optional<MonotonicTime> timer_at_;
    TimerId timer_{};
    bool closed_ = false;
    std::function<void()> on_ready_ = [] {};
};

}  // namespace millrace::sqs
