#include "services/sqs/queue.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/log.h"
#include "base/units.h"
#include "services/sqs/limits.h"

namespace millrace::sqs {
namespace {

using storage::Offset;

constexpr storage::ReadLimits kReplayChunk{.entries = 4'096, .bytes = 4_MiB};
constexpr std::size_t kMessagesPerDelete = 4'096;

void log_failure(std::string_view what, const QueueDescription& queue, const Error& error) {
    log(LogLevel::kError, what, {{"queue", queue.arn()}, {"error", error.message}});
}

}  // namespace

Queue::Queue(const Dependencies& dependencies, QueueDescription description, FindQueue find_queue)
    : dependencies_(dependencies),
      find_queue_(std::move(find_queue)),
      state_(description.attributes.is_fifo()) {
    if (description.attributes.is_fifo()) fifo_ = std::make_unique<FifoMemory>();
    set_description(std::move(description));
}

void Queue::set_description(QueueDescription description) {
    description_ = std::move(description);
    state_.set_retention(attributes().retention());
    if (fifo_) fifo_->sends.set_scope(attributes().fifo()->scope);
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
                self->replay_entry({entry.offset, entry.payload.size()}, *record, now);
            }
            if (entries->empty()) return done({});
            // Not from here: a read may answer at once, and a long log would exhaust the stack.
            self->dependencies_.home.post(
                [self, done = std::move(done)]() mutable { self->replay(self->applied_, std::move(done)); });
        });
}

void Queue::replay_entry(Place place, const Record& record, Instant now) {
    state_.apply(place, record, now);
    applied_ = Offset{place.offset.value() + 1};
    const auto* arrived = std::get_if<ArrivedRecord>(&record);
    newest_arrival_ = arrived == nullptr ? std::nullopt : std::optional(arrived->origin);
    remember_send(MessageNumber{place.offset.value()}, record);
    const auto* receive = std::get_if<ReceiveRecord>(&record);
    if (receive == nullptr || receive->attempt.empty() || !fifo_) return;
    std::vector<Delivery> deliveries;
    MonotonicTime made = now.monotonic;
    for (const auto& [message, receives] : receive->messages) {
        made = now.monotonic + (receives.received - now.wall);
        if (const auto found = state_.delivery_of(message, receives.nonce))
            deliveries.push_back(found->first);
    }
    remember_attempt(made, std::string(receive->attempt), deliveries);
}

void Queue::written(Place place, const Record& record) {
    if (std::holds_alternative<ReceiveRecord>(record)) {
        state_.pass(place);
    } else {
        state_.apply(place, record, Instant::of(dependencies_.clock));
    }
    applied_ = Offset{place.offset.value() + 1};
    remember_send(MessageNumber{place.offset.value()}, record);
}

void Queue::append(Record record, Awaited awaited, storage::Done done) {
    std::string payload = encode_record(record);
    const std::size_t bytes = payload.size();
    std::vector<storage::NewEntry> entries;
    entries.push_back({.log = description_.log,
                       .time = dependencies_.clock.now(),
                       .payload = SharedBytes{std::move(payload)},
                       .frees_space = std::holds_alternative<PurgeRecord>(record),
                       .may_linger = awaited == Awaited::kNo});
    dependencies_.logs.append(std::move(entries),
                              [self = shared_from_this(), record = std::move(record), bytes,
                               done = std::move(done)](Result<std::vector<Offset>> offsets) mutable {
                                  if (!offsets) return done(std::unexpected(std::move(offsets.error())));
                                  self->written({offsets->front(), bytes}, record);
                                  done({});
                                  self->settle();
                              });
}

void Queue::remove(std::vector<MessageNumber> messages, storage::Done done) {
    std::erase_if(messages, [this](MessageNumber message) { return !state_.contains(message); });
    if (messages.empty()) return done({});
    for (const MessageNumber message : messages) state_.hold(message);
    append(DeleteRecord{messages}, Awaited::kYes,
           [self = shared_from_this(), messages, done = std::move(done)](Result<> written) mutable {
               if (!written) {
                   for (const MessageNumber message : messages) self->state_.release(message);
               }
               done(std::move(written));
           });
}

bool Queue::may_purge() const {
    return !last_purge_ || dependencies_.clock.monotonic() >= *last_purge_ + kPurgeInterval;
}

void Queue::purge(storage::Done done) {
    last_purge_ = dependencies_.clock.monotonic();
    ++purges_;
    append(PurgeRecord{}, Awaited::kYes,
           [self = shared_from_this(), done = std::move(done)](Result<> written) mutable {
               --self->purges_;
               done(std::move(written));
           });
}

void Queue::end_waits() {
    waits_ended_ = true;
    while (!parked_.empty()) parked_.take_front().done({});
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
    if (state_.can_take()) on_ready_();
    answer_overdue(now.monotonic);
    trim(now);
    move_survivors(now);
    arm(now);
}

void Queue::expire(Instant now) {
    const std::vector<MessageNumber> expired = state_.expire(now);
    // Written down, so that a longer retention period set later does not bring them back after a restart.
    for (std::size_t at = 0; at < expired.size(); at += kMessagesPerDelete) {
        const auto begin = expired.begin() + static_cast<std::ptrdiff_t>(at);
        const auto end =
            expired.size() - at > kMessagesPerDelete ? begin + kMessagesPerDelete : expired.end();
        append(DeleteRecord{{begin, end}}, Awaited::kNo,
               [self = shared_from_this()](const Result<>& written) {
                   if (!written)
                       log_failure("cannot record expired messages", self->description_, written.error());
               });
    }
}

void Queue::trim(Instant now) {
    const Offset begin = dependencies_.logs.begin(description_.log);
    Offset live = state_.first_live().value_or(applied_);
    LogUse use = state_.log_use();
    if (fifo_) {
        fifo_->sends.forget_before(now.wall);
        const auto oldest = fifo_->sends.oldest();
        if (oldest && oldest->number.value() < live.value()) {
            live = Offset{oldest->number.value()};
            use.dead = 0;  // of what is dead, most is still needed
        }
    }
    if (!upkeep_.trim_due(now.monotonic, std::max(live, begin).value() - begin.value(), use)) return;
    const Offset to = reads_.empty() ? live : std::min(live, *reads_.begin());
    if (to <= begin) return;
    upkeep_.trimmed(use);
    dependencies_.logs.trim(description_.log, to, [self = shared_from_this()](const Result<>& done) {
        if (!done) log_failure("cannot trim a queue's log", self->description_, done.error());
    });
}

void Queue::finish_read(Reads::iterator read) {
    reads_.erase(read);
    if (!closed_) trim(Instant::of(dependencies_.clock));
}

std::optional<MonotonicTime> Queue::next_forgetting(Instant now) const {
    const auto oldest = fifo_ ? fifo_->sends.oldest() : std::nullopt;
    if (!oldest) return std::nullopt;
    // Many at once, rather than one by one.
    return now.monotonic + std::max(oldest->until - now.wall, Milliseconds{0}) + LogUpkeep::kTrimDelay;
}

void Queue::arm(Instant now) {
    std::optional<MonotonicTime> next;
    const auto deadline = is_handing_on() ? std::nullopt : parked_.next_deadline();
    for (const auto& due :
         {state_.next_due(now), deadline, upkeep_.next_due(now.monotonic), next_forgetting(now)}) {
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

}  // namespace millrace::sqs
