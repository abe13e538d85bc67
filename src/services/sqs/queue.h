#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "services/sqs/dependencies.h"
#include "services/sqs/fifo_memory.h"
#include "services/sqs/log_upkeep.h"
#include "services/sqs/parked_receives.h"
#include "services/sqs/queue_description.h"
#include "services/sqs/queue_state.h"
#include "storage/entry_buffer.h"

namespace millrace::sqs {

/// Messages about to be written with one call.
struct OutgoingMessages {
    /// What the queue needs of each.
    struct Message {
        WallTime sent;
        Seconds delay{0};
        std::string group_id;
        // Of a FIFO queue:
        std::string deduplication_id;
        std::string message_id;

        [[nodiscard]] SendRecord content() const {
            return {.message_id = message_id,
                    .sent = sent,
                    .delay = delay,
                    .group_id = group_id,
                    .deduplication_id = deduplication_id};
        }
    };
    storage::EntryBuffer entries;  ///< a SendRecord each
    std::vector<Message> messages;
};

/// Of a FIFO queue: how each message was sent, perhaps some time ago. Of a standard queue: nothing.
using SendDone = std::move_only_function<void(Result<std::vector<SentMessage>>)>;

/// What a message move task's batch came to.
struct MovedOut {
    std::size_t messages = 0;
    std::string failure = {};  ///< AWS's word for what stopped it
};
using MoveOutDone = std::move_only_function<void(Result<MovedOut>)>;

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
    /// Lets time take effect on what was recovered; a new queue needs it not.
    void start() { settle(); }

    /// `ready` is called, from within anything, when there are messages that no receive waits for.
    void on_ready(std::function<void()> ready) { on_ready_ = std::move(ready); }

    /// Answers when the messages are durable and may be received. A FIFO queue leaves out what was sent
    /// before, within the deduplication interval, and may answer inside the call.
    void send(OutgoingMessages outgoing, SendDone done);

    /// Answers as soon as there is a message, or with none when the wait is over; may answer inside the call.
    /// A FIFO queue answers when the receive is durable: whoever starts after a crash must find the group
    /// locked. Errors: those of the log, of a FIFO queue; OverLimit when all that is visible is held back by
    /// the in-flight limit and the receive does not wait; QueueDoesNotExist when the queue is deleted
    /// meanwhile. A client that has gone gets no messages; its wait ends at once.
    void receive(ReceiveOptions options, ReceiveDone done);

    /// Answers when the deletion is durable; messages that are gone already count as deleted.
    void remove(std::vector<MessageNumber> messages, storage::Done done);

    /// Does a FIFO queue refuse to delete by this receipt handle? Its receive is over.
    [[nodiscard]] bool has_expired(MessageNumber message, std::uint32_t nonce);

    /// Takes effect at once; write_receives() makes it durable.
    [[nodiscard]] VisibilityChange change_visibility(MessageNumber message, std::uint32_t nonce,
                                                     Seconds timeout);
    /// Writes what receives have made of these messages, as it is now; answers when that is durable.
    void write_receives(const std::vector<MessageNumber>& messages, storage::Done done);

    /// False when the last purge was asked for less than 60 seconds ago.
    [[nodiscard]] bool may_purge() const;
    /// Removes every message sent so far; answers when that is durable.
    void purge(storage::Done done);

    /// Moves up to `limit` ready messages to the queue of that ARN (empty: each to the one that gave up on
    /// it), as new messages; answers when that is durable, inside the call when there are none.
    void move_out(std::size_t limit, const std::string& destination, MoveOutDone done);

    /// Answers the waiting receives without messages; those to come do not wait.
    void end_waits();
    /// Answers the waiting receives, with the error or else with no messages, and stops.
    void close(const std::optional<aws::ServiceError>& error);

    /// Counts as of now.
    [[nodiscard]] const QueueState& state();

    /// After recover(): the message in another queue whose arrival here is the newest entry of the log. It
    /// is still there when a crash parted the two entries.
    [[nodiscard]] const std::optional<Origin>& newest_arrival() const { return newest_arrival_; }

  private:
    /// Where reads begin that are on their way: the log is not trimmed beyond them.
    using Reads = std::multiset<storage::Offset>;

    void replay(storage::Offset from, storage::Done done);
    void replay_entry(Place place, const Record& record, Instant now);
    enum class Awaited { kYes, kNo };  ///< whether a client waits
    void append(Record record, Awaited awaited, storage::Done done);
    void append_messages(std::vector<storage::NewEntry> entries,
                         std::vector<OutgoingMessages::Message> messages, storage::AppendDone done);
    void send_once(std::vector<storage::NewEntry> entries, std::vector<OutgoingMessages::Message> messages,
                   SendDone done);
    void append_first_sends(std::vector<storage::NewEntry> entries,
                            std::vector<OutgoingMessages::Message> messages,
                            std::vector<Deduplication::Key> keys);
    /// The record is in the log.
    void written(Place place, const Record& record);
    void remember_send(MessageNumber number, const Record& record);

    /// Lets time and messages take effect: to be called after every change.
    void settle();
    void expire(Instant now);
    void forget_when_gone(http::ClientPresence& client, std::uint64_t arrival);
    void serve(Instant now);
    [[nodiscard]] QueueState::Taken take(Instant now, const ReceiveOptions& options);
    /// What the attempt was given; nothing when that does not hold any more.
    [[nodiscard]] std::vector<Delivery> deliveries_of(Instant now, const std::string& attempt) const;
    /// The attempts that were given any of the messages, to be replayed behind these.
    [[nodiscard]] std::vector<std::string> records_of_attempts(
        Instant now, const std::vector<MessageNumber>& messages) const;
    /// Gives the attempt what it was given before.
    [[nodiscard]] std::vector<Delivery> deliveries_again(Instant now, const ReceiveOptions& options);
    void remember_attempt(MonotonicTime made, const std::string& attempt,
                          const std::vector<Delivery>& deliveries);
    /// Whether the client may have them already, by the same attempt.
    enum class Given { kFirst, kAgain };
    void deliver(std::vector<Delivery> deliveries, Given given, const std::string& attempt, ReceiveDone done);
    void deliver_durably(std::vector<Delivery> deliveries, Given given, const std::string& attempt,
                         ReceiveDone done);
    void read_deliveries(std::vector<Delivery> deliveries, ReceiveDone done);
    [[nodiscard]] ReceiveRecord receives_of(const std::vector<MessageNumber>& messages) const;
    /// Receives of a FIFO queue wait until its dead letters have gone: what is behind them is handed out
    /// then.
    [[nodiscard]] bool is_handing_on() const { return fifo_ && dead_letters_ > 0; }
    void answer_overdue(MonotonicTime now);
    void trim(Instant now);
    void finish_read(Reads::iterator read);
    [[nodiscard]] std::optional<MonotonicTime> next_forgetting(Instant now) const;
    void arm(Instant now);

    void move_survivors(Instant now);
    void write_survivors(const std::vector<PlacedMessage>& survivors,
                         const std::vector<storage::Entry>& entries);
    void finish_move(const Result<>& moved);

    [[nodiscard]] std::uint32_t receives_max() const;
    void move_to_dead_letters(MessageNumber number);
    void pass_on(MessageNumber number, storage::Offset offset,
                 const Result<std::vector<storage::Entry>>& entries);
    void write_dead_letter(MessageNumber number, const SendRecord& content, std::shared_ptr<Queue> target);
    void finish_dead_letter(const Result<>& result);

    struct Redrive;
    void write_redrive(const std::shared_ptr<Redrive>& redrive, const std::vector<ReceivedMessage>& found);
    void note_redriven(Redrive& redrive, const std::vector<storage::Offset>& offsets);
    void finish_redrive(Redrive& redrive, const Result<>& result);

    const Dependencies& dependencies_;
    FindQueue find_queue_;
    QueueDescription description_;
    QueueState state_;
    std::unique_ptr<FifoMemory> fifo_;  ///< of a FIFO queue
    ParkedReceives parked_;
    storage::Offset applied_{};  ///< one past the newest entry that state_ knows
    Reads reads_;
    LogUpkeep upkeep_;
    bool moving_ = false;
    std::size_t dead_letters_ = 0;  ///< on their way to the dead-letter queue
    std::optional<Origin> newest_arrival_;
    std::size_t purges_ = 0;  ///< on their way to the log
    std::optional<MonotonicTime> last_purge_;
    std::optional<MonotonicTime> timer_at_;
    TimerId timer_{};
    bool waits_ended_ = false;
    bool closed_ = false;
    std::function<void()> on_ready_ = [] {};
};

}  // namespace millrace::sqs
