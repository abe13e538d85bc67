#include "services/sqs/queue.h"

#include <algorithm>
#include <fmt/format.h>

#include "api/sqs.h"
#include "base/log.h"
#include "base/units.h"
#include "services/sqs/errors.h"
#include "services/sqs/limits.h"
#include "services/sqs/message_reader.h"

namespace millrace::sqs {
namespace {

using storage::Offset;

constexpr storage::ReadLimits kReplayChunk{.entries = 4'096, .bytes = 4_MiB};
constexpr std::size_t kOffsetsPerDelete = 4'096;
/// Space is given back when this many entries are dead, or a while after the first of them died.
constexpr std::uint64_t kTrimEntries = 1'024;
constexpr Seconds kTrimDelay{10};

void log_failure(std::string_view what, const QueueDescription& queue, const Error& error) {
    log(LogLevel::kError, what, {{"queue", queue.arn()}, {"error", error.message}});
}

}  // namespace

Queue::Queue(const Dependencies& dependencies, QueueDescription description, FindQueue find_queue)
    : dependencies_(dependencies), find_queue_(std::move(find_queue)) {
    set_description(std::move(description));
}

void Queue::set_description(QueueDescription description) {
    description_ = std::move(description);
    state_.set_retention(attributes().retention());
}

void Queue::recover(storage::Done done) {
    applied_ = dependencies_.logs.begin(description_.log);
    replay(applied_, std::move(done));
}

void Queue::replay(Offset from, storage::Done done) {
    dependencies_.logs.read(
        description_.log, from, kReplayChunk,
        [self = shared_from_this(),
         done = std::move(done)](Result<std::vector<storage::Entry>> entries) mutable {
            if (!entries) return done(std::unexpected(std::move(entries.error())));
            const Instant now = Instant::of(self->dependencies_.clock);
            for (const storage::Entry& entry : *entries) {
                const auto record = parse_record(entry.payload.view());
                if (!record) {
                    return done(fail(record.error().code,
                                     fmt::format("queue {}, offset {}: {}", self->description_.arn(),
                                                 entry.offset.value(), record.error().message)));
                }
                self->state_.apply(entry.offset, *record, now);
                self->applied_ = Offset{entry.offset.value() + 1};
            }
            if (entries->empty()) {
                self->settle();
                return done({});
            }
            // Not from here: a read may answer at once, and a long log would exhaust the stack.
            self->dependencies_.home.post(
                [self, done = std::move(done)]() mutable { self->replay(self->applied_, std::move(done)); });
        });
}

void Queue::append(Record record, std::move_only_function<void(Result<Offset>)> done) {
    storage::EntryBuffer entries{1, 0};
    append_record(entries.bytes(), record);
    entries.end_entry(description_.log, dependencies_.clock.now());
    dependencies_.logs.append(std::move(entries).take(),
                              [self = shared_from_this(), record = std::move(record),
                               done = std::move(done)](Result<std::vector<Offset>> offsets) mutable {
                                  if (!offsets) return done(std::unexpected(std::move(offsets.error())));
                                  const Offset offset = offsets->front();
                                  self->state_.apply(offset, record, Instant::of(self->dependencies_.clock));
                                  self->applied_ = Offset{offset.value() + 1};
                                  done(offset);
                                  self->settle();
                              });
}

void Queue::send(OutgoingMessages messages, storage::Done done) {
    dependencies_.logs.append(std::move(messages.entries).take(),
                              [self = shared_from_this(), times = std::move(messages.times),
                               done = std::move(done)](Result<std::vector<Offset>> offsets) mutable {
                                  if (!offsets) return done(std::unexpected(std::move(offsets.error())));
                                  const Instant now = Instant::of(self->dependencies_.clock);
                                  for (std::size_t i = 0; i < times.size(); ++i) {
                                      self->state_.add((*offsets)[i], times[i].sent, times[i].delay, now);
                                      self->applied_ = Offset{(*offsets)[i].value() + 1};
                                  }
                                  done({});
                                  self->settle();
                              });
}

void Queue::receive(ReceiveOptions options, ReceiveDone done) {
    const MonotonicTime deadline = dependencies_.clock.monotonic() + options.wait;
    parked_.add({options, deadline, std::move(done)});
    settle();
}

void Queue::remove(std::vector<Offset> offsets, storage::Done done) {
    std::erase_if(offsets, [this](Offset offset) { return !state_.contains(offset); });
    if (offsets.empty()) return done({});
    for (const Offset offset : offsets) state_.hold(offset);
    append(DeleteRecord{offsets},
           [self = shared_from_this(), offsets, done = std::move(done)](Result<Offset> written) mutable {
               if (written) return done({});
               for (const Offset offset : offsets) self->state_.release(offset);
               done(std::unexpected(std::move(written.error())));
           });
}

VisibilityChange Queue::change_visibility(Offset offset, std::uint32_t nonce, Seconds timeout) {
    settle();
    const auto change = state_.change_visibility(Instant::of(dependencies_.clock), offset, nonce, timeout);
    settle();
    return change;
}

bool Queue::may_purge() const {
    return !last_purge_ || dependencies_.clock.monotonic() >= *last_purge_ + kPurgeInterval;
}

void Queue::purge(storage::Done done) {
    last_purge_ = dependencies_.clock.monotonic();
    append(PurgeRecord{}, [done = std::move(done)](Result<Offset> written) mutable {
        written ? done({}) : done(std::unexpected(std::move(written.error())));
    });
}

void Queue::close(const std::optional<aws::ServiceError>& error) {
    closed_ = true;
    if (timer_at_) dependencies_.home.cancel(timer_);
    timer_at_.reset();
    while (!parked_.empty()) {
        ParkedReceive receive = parked_.take_front();
        if (error) {
            receive.done(std::unexpected(*error));
        } else {
            receive.done({});
        }
    }
}

const QueueState& Queue::state() {
    settle();
    return state_;
}

void Queue::settle() {
    if (closed_) return;
    const Instant now = Instant::of(dependencies_.clock);
    state_.advance(now);
    expire(now);
    serve(now);
    answer_overdue(now.monotonic);
    trim(now.monotonic);
    arm(now);
}

void Queue::expire(Instant now) {
    const std::vector<Offset> expired = state_.expire(now);
    // Written down, so that a longer retention period set later does not bring them back after a restart.
    for (std::size_t at = 0; at < expired.size(); at += kOffsetsPerDelete) {
        const auto begin = expired.begin() + static_cast<std::ptrdiff_t>(at);
        const auto end = expired.size() - at > kOffsetsPerDelete ? begin + kOffsetsPerDelete : expired.end();
        append(DeleteRecord{{begin, end}}, [self = shared_from_this()](const Result<Offset>& written) {
            if (!written) log_failure("cannot record expired messages", self->description_, written.error());
        });
    }
}

void Queue::serve(Instant now) {
    while (!parked_.empty() && state_.can_take()) {
        const ReceiveOptions& options = parked_.front();
        auto taken = state_.take(now, options.limit, options.visibility_timeout, receives_max(),
                                 static_cast<std::uint32_t>(dependencies_.random.next()));
        for (const Offset offset : taken.exhausted) move_to_dead_letters(offset);
        if (taken.deliveries.empty()) continue;
        read_messages(dependencies_.logs, description_.log, std::move(taken.deliveries),
                      parked_.take_front().done);
    }
}

void Queue::answer_overdue(MonotonicTime now) {
    while (auto receive = parked_.take_overdue(now)) {
        const bool held_back = state_.ready() > 0 && receive->options.wait == Seconds{0};
        if (held_back) {
            receive->done(std::unexpected(api::sqs::over_limit(fmt::format(
                "The maximum number of in flight messages ({}) is reached.", QueueState::kInFlightMax))));
        } else {
            receive->done({});
        }
    }
}

void Queue::trim(MonotonicTime now) {
    const Offset begin = dependencies_.logs.begin(description_.log);
    const Offset live = state_.first_live().value_or(applied_);
    if (live <= begin) {
        trim_at_.reset();
        return;
    }
    if (!trim_at_) trim_at_ = now + kTrimDelay;
    if (now < *trim_at_ && live.value() - begin.value() < kTrimEntries) return;
    trim_at_.reset();
    dependencies_.logs.trim(description_.log, live, [self = shared_from_this()](const Result<>& done) {
        if (!done) log_failure("cannot trim a queue's log", self->description_, done.error());
    });
}

void Queue::arm(Instant now) {
    std::optional<MonotonicTime> next;
    for (const auto& due : {state_.next_due(now), parked_.next_deadline(), trim_at_}) {
        if (due && (!next || *due < *next)) next = due;
    }
    // A timer that runs early costs less than moving it with every message.
    if (!next || closed_ || (timer_at_ && *timer_at_ <= *next)) return;
    if (timer_at_) dependencies_.home.cancel(timer_);
    timer_at_ = next;
    timer_ = dependencies_.home.run_at(*next, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->timer_at_.reset();
            self->settle();
        }
    });
}

std::uint32_t Queue::receives_max() const {
    const auto& redrive = attributes().redrive();
    // Without a dead-letter queue to go to, messages stay where they are.
    return redrive && find_queue_(redrive->target_arn) ? redrive->receives_max : 0;
}

void Queue::move_to_dead_letters(Offset offset) {
    dependencies_.logs.read(
        description_.log, offset, {.entries = 1},
        [self = shared_from_this(), offset](const Result<std::vector<storage::Entry>>& entries) {
            if (!entries) {
                return log_failure("cannot read a message for the dead-letter queue", self->description_,
                                   entries.error());
            }
            if (entries->empty() || entries->front().offset != offset) return;  // deleted meanwhile
            const auto record = parse_record(entries->front().payload.view());
            const auto* message = record ? std::get_if<SendRecord>(&*record) : nullptr;
            if (message == nullptr) {
                return log_failure("cannot move a message to the dead-letter queue", self->description_,
                                   {ErrorCode::kCorruption, "the entry is not a message"});
            }
            const auto& redrive = self->attributes().redrive();
            if (const auto target = redrive ? self->find_queue_(redrive->target_arn) : nullptr) {
                return self->write_move(offset, *message, target);
            }
            self->state_.release(offset);  // the dead-letter queue was deleted meanwhile
            self->settle();
        });
}

void Queue::write_move(Offset offset, const SendRecord& message, std::shared_ptr<Queue> target) {
    const std::string arn = description_.arn();
    SendRecord moved = message;
    moved.delay = Seconds{0};
    moved.dead_letter_source = arn;
    const WallTime now = dependencies_.clock.now();
    // Together and in this order: a crash between the two leaves the message twice, never nowhere.
    storage::EntryBuffer entries{2, message.body.size() + message.attributes.size() + kRecordOverheadBytes};
    append_record(entries.bytes(), moved);
    entries.end_entry(target->description_.log, now);
    append_record(entries.bytes(), DeleteRecord{{offset}});
    entries.end_entry(description_.log, now);
    dependencies_.logs.append(
        std::move(entries).take(), [self = shared_from_this(), target = std::move(target), offset,
                                    sent = message.sent](const Result<std::vector<Offset>>& offsets) {
            if (!offsets) {
                self->state_.release(offset);
                return log_failure("cannot move a message to the dead-letter queue", self->description_,
                                   offsets.error());
            }
            target->state_.add((*offsets)[0], sent, Seconds{0}, Instant::of(self->dependencies_.clock));
            target->applied_ = Offset{(*offsets)[0].value() + 1};
            self->state_.remove(offset);
            self->applied_ = Offset{(*offsets)[1].value() + 1};
            target->settle();
            self->settle();
        });
}

}  // namespace millrace::sqs
