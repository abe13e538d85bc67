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
constexpr std::size_t kMessagesPerDelete = 4'096;

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
                self->state_.apply({entry.offset, entry.payload.size()}, *record, now);
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

void Queue::written(Place place, const Record& record) {
    if (std::holds_alternative<ReceiveRecord>(record)) {
        state_.pass(place);
    } else {
        state_.apply(place, record, Instant::of(dependencies_.clock));
    }
    applied_ = Offset{place.offset.value() + 1};
}

void Queue::append(Record record, storage::Done done) {
    std::string payload = encode_record(record);
    const std::size_t bytes = payload.size();
    std::vector<storage::NewEntry> entries;
    entries.push_back({description_.log, dependencies_.clock.now(), SharedBytes{std::move(payload)}});
    dependencies_.logs.append(std::move(entries),
                              [self = shared_from_this(), record = std::move(record), bytes,
                               done = std::move(done)](Result<std::vector<Offset>> offsets) mutable {
                                  if (!offsets) return done(std::unexpected(std::move(offsets.error())));
                                  self->written({offsets->front(), bytes}, record);
                                  done({});
                                  self->settle();
                              });
}

void Queue::send(OutgoingMessages messages, storage::Done done) {
    std::vector<storage::NewEntry> entries = std::move(messages.entries).take();
    std::vector<std::pair<SendRecord, std::size_t>> records;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const OutgoingMessages::Times& times = messages.times[i];
        records.emplace_back(SendRecord{.sent = times.sent, .delay = times.delay}, entries[i].payload.size());
    }
    dependencies_.logs.append(std::move(entries),
                              [self = shared_from_this(), records = std::move(records),
                               done = std::move(done)](Result<std::vector<Offset>> offsets) mutable {
                                  if (!offsets) return done(std::unexpected(std::move(offsets.error())));
                                  for (std::size_t i = 0; i < records.size(); ++i) {
                                      self->written({(*offsets)[i], records[i].second}, records[i].first);
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

void Queue::remove(std::vector<MessageNumber> messages, storage::Done done) {
    std::erase_if(messages, [this](MessageNumber message) { return !state_.contains(message); });
    if (messages.empty()) return done({});
    for (const MessageNumber message : messages) state_.hold(message);
    append(DeleteRecord{messages},
           [self = shared_from_this(), messages, done = std::move(done)](Result<> written) mutable {
               if (!written) {
                   for (const MessageNumber message : messages) self->state_.release(message);
               }
               done(std::move(written));
           });
}

VisibilityChange Queue::change_visibility(MessageNumber message, std::uint32_t nonce, Seconds timeout) {
    settle();
    const auto change = state_.change_visibility(Instant::of(dependencies_.clock), message, nonce, timeout);
    settle();
    return change;
}

void Queue::write_receives(const std::vector<MessageNumber>& messages, storage::Done done) {
    const Instant now = Instant::of(dependencies_.clock);
    ReceiveRecord record;
    for (const MessageNumber message : messages) {
        if (const auto receives = state_.receives_of(message, now))
            record.messages.push_back({message, *receives});
    }
    if (record.messages.empty()) return done({});
    append(std::move(record), std::move(done));
}

bool Queue::may_purge() const {
    return !last_purge_ || dependencies_.clock.monotonic() >= *last_purge_ + kPurgeInterval;
}

void Queue::purge(storage::Done done) {
    last_purge_ = dependencies_.clock.monotonic();
    ++purges_;
    append(PurgeRecord{}, [self = shared_from_this(), done = std::move(done)](Result<> written) mutable {
        --self->purges_;
        done(std::move(written));
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
    if (state_.can_take()) on_ready_();
    answer_overdue(now.monotonic);
    trim(now.monotonic);
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
        append(DeleteRecord{{begin, end}}, [self = shared_from_this()](const Result<>& written) {
            if (!written) log_failure("cannot record expired messages", self->description_, written.error());
        });
    }
}

void Queue::serve(Instant now) {
    while (!parked_.empty() && state_.can_take()) {
        const ReceiveOptions& options = parked_.front();
        auto taken = state_.take(now, options.limit, options.visibility_timeout, receives_max(),
                                 static_cast<std::uint32_t>(dependencies_.random.next()));
        for (const MessageNumber message : taken.exhausted) move_to_dead_letters(message);
        if (taken.deliveries.empty()) continue;
        deliver(std::move(taken.deliveries), parked_.take_front().done);
    }
}

void Queue::deliver(std::vector<Delivery> deliveries, ReceiveDone done) {
    Offset first = deliveries.front().message.offset;
    std::vector<MessageNumber> messages;
    for (const Delivery& delivery : deliveries) {
        first = std::min(first, delivery.message.offset);
        messages.push_back(delivery.message.number);
    }
    // Not waited for, nor needed: what a crash or a full disk takes are the newest receives.
    write_receives(messages, [](const Result<>&) {});
    read_messages(dependencies_.logs, description_.log, std::move(deliveries),
                  [self = shared_from_this(), read = reads_.insert(first),
                   done = std::move(done)](aws::Outcome<std::vector<ReceivedMessage>> received) mutable {
                      self->finish_read(read);
                      done(std::move(received));
                  });
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
    const LogUse use = state_.log_use();
    if (!upkeep_.trim_due(now, std::max(live, begin).value() - begin.value(), use)) return;
    const Offset to = reads_.empty() ? live : std::min(live, *reads_.begin());
    if (to <= begin) return;
    upkeep_.trimmed(use);
    dependencies_.logs.trim(description_.log, to, [self = shared_from_this()](const Result<>& done) {
        if (!done) log_failure("cannot trim a queue's log", self->description_, done.error());
    });
}

void Queue::finish_read(Reads::iterator read) {
    reads_.erase(read);
    if (!closed_) trim(dependencies_.clock.monotonic());
}

void Queue::arm(Instant now) {
    std::optional<MonotonicTime> next;
    for (const auto& due : {state_.next_due(now), parked_.next_deadline(), upkeep_.next_due(now.monotonic)}) {
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
