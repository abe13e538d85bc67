// How messages leave a queue for a while: receives, and what becomes of them.
#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "api/sqs.h"
#include "services/sqs/message_reader.h"
#include "services/sqs/queue.h"

namespace millrace::sqs {

using storage::Offset;

namespace {

std::vector<MessageNumber> numbers_of(const std::vector<Delivery>& deliveries) {
    std::vector<MessageNumber> numbers;
    numbers.reserve(deliveries.size());
    for (const Delivery& delivery : deliveries) numbers.push_back(delivery.message.number);
    return numbers;
}

}  // namespace

void Queue::receive(ReceiveOptions options, ReceiveDone done) {
    const auto client = options.client;
    if (client && client->gone()) return done({});
    const Instant now = Instant::of(dependencies_.clock);
    if (!options.attempt.empty()) {
        state_.advance(now);
        auto again = deliveries_again(now, options);
        // Not behind those that wait for messages: it has them.
        if (!again.empty()) {
            deliver(std::move(again), Given::kAgain, options.attempt, std::move(done));
            return arm(now);
        }
    }
    if (waits_ended_) options.wait = Seconds{0};
    const MonotonicTime deadline = now.monotonic + options.wait;
    const std::uint64_t arrival = parked_.add({std::move(options), deadline, std::move(done)});
    settle();
    if (client && parked_.holds(arrival)) forget_when_gone(*client, arrival);
}

void Queue::forget_when_gone(http::ClientPresence& client, std::uint64_t arrival) {
    client.on_gone([weak = weak_from_this(), arrival] {
        const auto self = weak.lock();
        if (!self) return;
        if (auto receive = self->parked_.take(arrival)) receive->done({});
    });
}

bool Queue::has_expired(MessageNumber message, std::uint32_t nonce) {
    if (!fifo_) return false;
    settle();
    return state_.has_ended(Instant::of(dependencies_.clock), message, nonce);
}

VisibilityChange Queue::change_visibility(MessageNumber message, std::uint32_t nonce, Seconds timeout) {
    settle();
    const auto change = state_.change_visibility(Instant::of(dependencies_.clock), message, nonce, timeout);
    settle();
    return change;
}

ReceiveRecord Queue::receives_of(const std::vector<MessageNumber>& messages) const {
    const Instant now = Instant::of(dependencies_.clock);
    ReceiveRecord record;
    for (const MessageNumber message : messages) {
        if (const auto receives = state_.receives_of(message, now))
            record.messages.push_back({message, *receives});
    }
    return record;
}

void Queue::write_receives(const std::vector<MessageNumber>& messages, storage::Done done) {
    ReceiveRecord record = receives_of(messages);
    if (record.messages.empty()) return done({});
    append(std::move(record), Awaited::kYes, std::move(done));
}

void Queue::serve(Instant now) {
    std::vector<MessageNumber> exhausted;
    while (!parked_.empty() && state_.can_take()) {
        const ReceiveOptions& options = parked_.front();
        std::vector<Delivery> deliveries = deliveries_again(now, options);
        const Given given = deliveries.empty() ? Given::kFirst : Given::kAgain;
        if (deliveries.empty()) {
            QueueState::Taken taken = take(now, options);
            deliveries = std::move(taken.deliveries);
            exhausted.insert(exhausted.end(), taken.exhausted.begin(), taken.exhausted.end());
        }
        if (deliveries.empty()) continue;
        ParkedReceive receive = parked_.take_front();
        deliver(std::move(deliveries), given, receive.options.attempt, std::move(receive.done));
    }
    for (const MessageNumber message : exhausted) move_to_dead_letters(message);
}

QueueState::Taken Queue::take(Instant now, const ReceiveOptions& options) {
    auto taken = state_.take(now, options.limit, options.visibility_timeout, receives_max(),
                             static_cast<std::uint32_t>(dependencies_.random.next()));
    if (fifo_ && !options.attempt.empty() && !taken.deliveries.empty()) {
        remember_attempt(now.monotonic, options.attempt, taken.deliveries);
    }
    return taken;
}

std::vector<Delivery> Queue::deliveries_of(Instant now, const std::string& attempt) const {
    const auto* messages = fifo_ ? fifo_->receives.find(attempt, now.monotonic) : nullptr;
    if (messages == nullptr) return {};
    std::vector<Delivery> deliveries;
    for (const auto& [number, nonce, visible_at] : *messages) {
        const auto delivery = state_.delivery_of(number, nonce);
        if (!delivery || delivery->second != visible_at) return {};  // deleted, or changed since
        deliveries.push_back(delivery->first);
    }
    return deliveries;
}

std::vector<std::string> Queue::records_of_attempts(Instant now,
                                                    const std::vector<MessageNumber>& messages) const {
    std::set<std::string> attempts;
    for (const MessageNumber message : messages) {
        const std::string* attempt = fifo_ ? fifo_->receives.attempt_of(message) : nullptr;
        if (attempt != nullptr) attempts.insert(*attempt);
    }
    std::vector<std::string> records;
    for (const std::string& attempt : attempts) {
        ReceiveRecord record = receives_of(numbers_of(deliveries_of(now, attempt)));
        record.attempt = attempt;
        if (!record.messages.empty()) records.push_back(encode_record(record));
    }
    return records;
}

std::vector<Delivery> Queue::deliveries_again(Instant now, const ReceiveOptions& options) {
    std::vector<Delivery> deliveries = deliveries_of(now, options.attempt);
    if (deliveries.empty()) return {};
    for (const Delivery& delivery : deliveries) {
        static_cast<void>(state_.change_visibility(now, delivery.message.number, delivery.nonce,
                                                   options.visibility_timeout));
    }
    remember_attempt(now.monotonic, options.attempt, deliveries);
    return deliveries;
}

void Queue::remember_attempt(MonotonicTime made, const std::string& attempt,
                             const std::vector<Delivery>& deliveries) {
    std::vector<ReceiveAttempts::Message> messages;
    for (const Delivery& delivery : deliveries) {
        const auto found = state_.delivery_of(delivery.message.number, delivery.nonce);
        if (found) messages.push_back({delivery.message.number, delivery.nonce, found->second});
    }
    fifo_->receives.remember(attempt, made, std::move(messages));
}

void Queue::deliver(std::vector<Delivery> deliveries, Given given, const std::string& attempt,
                    ReceiveDone done) {
    if (fifo_) return deliver_durably(std::move(deliveries), given, attempt, std::move(done));
    // Not waited for, nor needed: what a crash or a full disk takes are the newest receives.
    if (ReceiveRecord record = receives_of(numbers_of(deliveries)); !record.messages.empty())
        append(std::move(record), Awaited::kNo, [](const Result<>&) {});
    read_deliveries(std::move(deliveries), std::move(done));
}

void Queue::deliver_durably(std::vector<Delivery> deliveries, Given given, const std::string& attempt,
                            ReceiveDone done) {
    ReceiveRecord record = receives_of(numbers_of(deliveries));
    record.attempt = attempt;
    std::string payload = encode_record(record);
    const std::size_t bytes = payload.size();
    std::vector<storage::NewEntry> entries;
    entries.push_back({description_.log, dependencies_.clock.now(), SharedBytes{std::move(payload)}});
    dependencies_.logs.append(std::move(entries),
                              [self = shared_from_this(), deliveries = std::move(deliveries), given, bytes,
                               done = std::move(done)](const Result<std::vector<Offset>>& offsets) mutable {
                                  if (!offsets) {
                                      // What an earlier receive gave a client stays with it.
                                      if (given == Given::kAgain) deliveries.clear();
                                      for (const Delivery& delivery : deliveries)
                                          self->state_.take_back(delivery);
                                      return done(std::unexpected(aws::to_service_error(offsets.error())));
                                  }
                                  self->written({offsets->front(), bytes}, ReceiveRecord{});
                                  // Meanwhile they may have been purged, or moved within the log.
                                  std::erase_if(deliveries, [&](Delivery& delivery) {
                                      const auto offset = self->state_.offset_of(delivery.message.number);
                                      if (offset) delivery.message.offset = *offset;
                                      return !offset;
                                  });
                                  if (deliveries.empty()) return done({});
                                  self->read_deliveries(std::move(deliveries), std::move(done));
                              });
}

void Queue::read_deliveries(std::vector<Delivery> deliveries, ReceiveDone done) {
    Offset first = deliveries.front().message.offset;
    for (const Delivery& delivery : deliveries) first = std::min(first, delivery.message.offset);
    read_messages(dependencies_.logs, description_.log, std::move(deliveries),
                  [self = shared_from_this(), read = reads_.insert(first),
                   done = std::move(done)](aws::Outcome<std::vector<ReceivedMessage>> received) mutable {
                      self->finish_read(read);
                      done(std::move(received));
                  });
}

void Queue::answer_overdue(MonotonicTime now) {
    if (is_handing_on()) return;
    while (auto receive = parked_.take_overdue(now)) {
        const bool held_back = !fifo_ && state_.ready() > 0 && receive->options.wait == Seconds{0};
        if (held_back) {
            receive->done(std::unexpected(api::sqs::over_limit(fmt::format(
                "The maximum number of in flight messages ({}) is reached.", QueueState::kInFlightMax))));
        } else {
            receive->done({});
        }
    }
}

}  // namespace millrace::sqs
