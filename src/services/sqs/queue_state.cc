#include "services/sqs/queue_state.h"

#include <algorithm>

#include "base/assert.h"
#include "services/sqs/limits.h"

namespace millrace::sqs {
namespace {

using storage::Offset;

WallTime wall_time(MonotonicTime time, Instant now) {
    return now.wall + std::chrono::ceil<Milliseconds>(time - now.monotonic);
}

MonotonicTime monotonic_time(WallTime time, Instant now) {
    return now.monotonic + (time - now.wall);
}

}  // namespace

QueueState::Messages::iterator QueueState::find(MessageNumber number) {
    const auto offset = offset_of(number);
    return offset ? messages_.find(*offset) : messages_.end();
}

std::optional<Offset> QueueState::offset_of(MessageNumber number) const {
    if (const auto moved = moved_.find(number); moved != moved_.end()) return moved->second;
    const auto at = messages_.find(Offset{number.value()});
    // An offset where another message's content stands is the number of none.
    if (at == messages_.end() || at->second.number != number) return std::nullopt;
    return at->first;
}

void QueueState::leave_phase(const Message& message, Phase next) {
    if (message.phase == Phase::kDelayed || message.phase == Phase::kInFlight) {
        waiting_.erase({message.visible_at, message.number});
    }
    if (message.phase == Phase::kDelayed) groups_.end_delay(message.group, message.number);
    if (is_busy(message.phase) && !is_busy(next)) groups_.vacate(message.group);
    --counts_[static_cast<std::size_t>(message.phase)];
}

void QueueState::enter(Message& message, Phase phase) {
    // In line before its group is free again: else the group could pass it over.
    if (phase == Phase::kReady) groups_.line_up(message.group, message.number);
    if (phase == Phase::kDelayed) groups_.delay(message.group, message.number);
    const bool becomes_busy = is_busy(phase) && !is_busy(message.phase);
    leave_phase(message, phase);
    ++counts_[static_cast<std::size_t>(phase)];
    message.phase = phase;
    if (becomes_busy) groups_.occupy(message.group);
}

void QueueState::wait(Message& message, Phase phase, MonotonicTime until) {
    enter(message, phase);
    message.visible_at = until;
    waiting_.emplace(until, message.number);
}

void QueueState::stand_last(Message& message, Place place) {
    message.bytes = static_cast<std::uint32_t>(place.bytes + kEntryCostBytes);
    message.log_start = log_bytes_ - message.bytes;
    live_bytes_ += message.bytes;
    if (message.sent < newest_sent_) early_.emplace(message.sent, message.number);
    newest_sent_ = std::max(newest_sent_, message.sent);
}

void QueueState::erase(Messages::iterator at) {
    Message& message = at->second;
    const MessageGroups::Index group = message.group;
    enter(message, Phase::kLeaving);
    --counts_[static_cast<std::size_t>(Phase::kLeaving)];
    early_.erase({message.sent, message.number});
    moved_.erase(message.number);
    live_bytes_ -= message.bytes;
    messages_.erase(at);
    // Without this, a queue that nobody receives from would remember every message that ever expired in it.
    for (auto first = groups_.first(group); first && !contains(*first); first = groups_.first(group)) {
        groups_.take_first(group);
    }
    groups_.leave(group);
}

void QueueState::add(MessageNumber number, Place place, const SendRecord& content, Instant now) {
    const auto [at, fresh] =
        messages_.try_emplace(place.offset, Message{.number = number, .sent = content.sent});
    MILLRACE_ASSERT(fresh);
    Message& message = at->second;
    ++counts_[static_cast<std::size_t>(Phase::kLeaving)];
    message.group = groups_.join(content.group_id);
    stand_last(message, place);
    if (place.offset.value() != number.value()) moved_[number] = place.offset;

    const WallTime visible = content.sent + content.delay;
    if (visible <= now.wall) return enter(message, Phase::kReady);
    wait(message, Phase::kDelayed, monotonic_time(visible, now));
}

void QueueState::move(MessageNumber number, Place place) {
    pass(place);
    const auto from = find(number);
    if (from == messages_.end()) return;
    live_bytes_ -= from->second.bytes;
    early_.erase({from->second.sent, number});
    auto node = messages_.extract(from);
    node.key() = place.offset;
    stand_last(node.mapped(), place);
    messages_.insert(messages_.end(), std::move(node));
    moved_[number] = place.offset;
}

void QueueState::restore(Message& message, const ReceiveState& receives, Instant now) {
    if (receives.receive_count == 0) return;
    message.receive_count = receives.receive_count;
    message.nonce = receives.nonce;
    message.first_received = receives.first_received;
    message.received = monotonic_time(receives.received, now);
    // However the wall clock was set meanwhile.
    const WallTime visible = std::min(receives.visible_at, now.wall + kVisibilityTimeoutMax);
    if (visible > now.wall) return wait(message, Phase::kInFlight, monotonic_time(visible, now));
    if (message.phase != Phase::kReady) enter(message, Phase::kReady);
}

void QueueState::remove(MessageNumber number) {
    if (const auto at = find(number); at != messages_.end()) erase(at);
}

void QueueState::purge() {
    messages_.clear();
    moved_.clear();
    counts_ = {};
    groups_.clear();
    waiting_.clear();
    early_.clear();
    live_bytes_ = 0;
}

void QueueState::apply(Place place, const Record& record, Instant now) {
    if (const auto* moved = std::get_if<MovedRecord>(&record)) {
        if (contains(moved->message)) {
            move(moved->message, place);
        } else {
            pass(place);
            add(moved->message, place, moved->content, now);
        }
        return restore(find(moved->message)->second, moved->receives, now);
    }
    pass(place);
    if (const SendRecord* content = content_of(record)) {
        add(MessageNumber{place.offset.value()}, place, *content, now);
    } else if (const auto* deletion = std::get_if<DeleteRecord>(&record)) {
        for (const MessageNumber gone : deletion->messages) remove(gone);
    } else if (const auto* receive = std::get_if<ReceiveRecord>(&record)) {
        for (const auto& [number, receives] : receive->messages) {
            if (const auto at = find(number); at != messages_.end()) restore(at->second, receives, now);
        }
    } else {
        purge();
    }
}

void QueueState::advance(Instant now) {
    while (!waiting_.empty() && waiting_.begin()->first <= now.monotonic) {
        enter(find(waiting_.begin()->second)->second, Phase::kReady);
    }
}

std::vector<MessageNumber> QueueState::expire(Instant now) {
    std::vector<MessageNumber> expired;
    const auto take_out = [&](Messages::iterator at) {
        expired.push_back(at->second.number);
        erase(at);
    };
    while (!early_.empty() && early_.begin()->first + retention_ <= now.wall) {
        take_out(find(early_.begin()->second));
    }
    while (!messages_.empty() && messages_.begin()->second.sent + retention_ <= now.wall) {
        take_out(messages_.begin());
    }
    return expired;
}

QueueState::Messages::iterator QueueState::next_ready(std::optional<MessageGroups::Index>& begun) {
    for (;;) {
        if (begun && (!fifo_ || !groups_.first(*begun))) begun.reset();
        if (!begun && !groups_.any()) return messages_.end();
        const MessageGroups::Index group = begun ? *begun : groups_.next();
        const auto at = find(groups_.take_first(group));
        if (at == messages_.end() || at->second.phase != Phase::kReady) continue;
        begun = group;
        return at;
    }
}

QueueState::Taken QueueState::take(Instant now, std::size_t limit, Seconds timeout,
                                   std::uint32_t receives_max, std::uint32_t nonce) {
    Taken taken;
    std::optional<MessageGroups::Index> begun;
    while (taken.deliveries.size() < limit && in_flight() < kInFlightMax) {
        const auto at = next_ready(begun);
        if (at == messages_.end()) break;
        Message& message = at->second;
        if (receives_max > 0 && message.receive_count >= receives_max) {
            enter(message, Phase::kLeaving);
            taken.exhausted.push_back(message.number);
            begun.reset();  // what is behind it waits until it has gone
            continue;
        }
        taken.deliveries.push_back(deliver(at->first, message, now, timeout, nonce++));
    }
    return taken;
}

std::vector<PlacedMessage> QueueState::withdraw(std::size_t limit) {
    std::vector<PlacedMessage> withdrawn;
    std::optional<MessageGroups::Index> begun;
    while (withdrawn.size() < limit) {
        const auto at = next_ready(begun);
        if (at == messages_.end()) break;
        enter(at->second, Phase::kLeaving);
        withdrawn.push_back({at->second.number, at->first});
    }
    return withdrawn;
}

Delivery QueueState::deliver(Offset offset, Message& message, Instant now, Seconds timeout,
                             std::uint32_t nonce) {
    wait(message, Phase::kInFlight, now.monotonic + timeout);
    message.received = now.monotonic;
    message.nonce = nonce;
    if (message.receive_count++ == 0) message.first_received = now.wall;
    return {{message.number, offset}, message.nonce, message.receive_count, message.first_received};
}

void QueueState::hold(MessageNumber number) {
    if (const auto at = find(number); at != messages_.end()) enter(at->second, Phase::kLeaving);
}

void QueueState::release(MessageNumber number) {
    const auto at = find(number);
    if (at != messages_.end() && at->second.phase == Phase::kLeaving) enter(at->second, Phase::kReady);
}

VisibilityChange QueueState::change_visibility(Instant now, MessageNumber number, std::uint32_t nonce,
                                               Seconds timeout) {
    const auto at = find(number);
    if (at == messages_.end() || at->second.phase == Phase::kLeaving) return VisibilityChange::kGone;
    Message& message = at->second;
    if (message.phase != Phase::kInFlight || message.nonce != nonce) return VisibilityChange::kNotInFlight;
    if (now.monotonic + timeout > message.received + kVisibilityTimeoutMax)
        return VisibilityChange::kBeyondLimit;
    wait(message, Phase::kInFlight, now.monotonic + timeout);
    return VisibilityChange::kChanged;
}

std::optional<std::pair<Delivery, MonotonicTime>> QueueState::delivery_of(MessageNumber number,
                                                                          std::uint32_t nonce) const {
    const auto offset = offset_of(number);
    if (!offset) return std::nullopt;
    const Message& message = messages_.at(*offset);
    if (message.phase != Phase::kInFlight || message.nonce != nonce) return std::nullopt;
    return std::pair(Delivery{{number, *offset}, nonce, message.receive_count, message.first_received},
                     message.visible_at);
}

void QueueState::take_back(const Delivery& delivery) {
    const auto at = find(delivery.message.number);
    if (at == messages_.end()) return;
    Message& message = at->second;
    if (message.phase != Phase::kInFlight || message.nonce != delivery.nonce) return;
    --message.receive_count;
    enter(message, Phase::kReady);
}

bool QueueState::has_ended(MessageNumber number, std::uint32_t nonce) const {
    const auto offset = offset_of(number);
    if (!offset) return false;
    const Message& message = messages_.at(*offset);
    return message.nonce != nonce || !is_busy(message.phase);
}

std::optional<ReceiveState> QueueState::receives_of(MessageNumber number, Instant now) const {
    const auto offset = offset_of(number);
    if (!offset) return std::nullopt;
    const Message& message = messages_.at(*offset);
    if (message.phase == Phase::kLeaving) return std::nullopt;
    if (message.receive_count == 0) return ReceiveState{};
    const WallTime received = wall_time(message.received, now);
    return ReceiveState{
        .receive_count = message.receive_count,
        .nonce = message.nonce,
        .first_received = message.first_received,
        .received = received,
        .visible_at = message.phase == Phase::kInFlight ? wall_time(message.visible_at, now) : received};
}

std::optional<MonotonicTime> QueueState::next_due(Instant now) const {
    if (messages_.empty()) return std::nullopt;
    WallTime oldest = messages_.begin()->second.sent;
    if (!early_.empty()) oldest = std::min(oldest, early_.begin()->first);
    const MonotonicTime expiry = monotonic_time(oldest + retention_, now);
    return waiting_.empty() ? expiry : std::min(expiry, waiting_.begin()->first);
}

std::optional<Offset> QueueState::first_live() const {
    if (messages_.empty()) return std::nullopt;
    return messages_.begin()->first;
}

LogUse QueueState::log_use() const {
    const std::uint64_t dead = messages_.empty() ? log_bytes_ : messages_.begin()->second.log_start;
    return {.dead = dead, .span = log_bytes_ - dead, .live = live_bytes_};
}

std::vector<PlacedMessage> QueueState::survivors(std::uint64_t entries, std::uint64_t bytes,
                                                 WallTime expiring) const {
    std::vector<PlacedMessage> found;
    if (messages_.empty() || messages_.begin()->second.sent + retention_ < expiring) return found;
    const std::uint64_t end = messages_.begin()->first.value() + entries;
    std::uint64_t taken = 0;
    for (const auto& [offset, message] : messages_) {
        taken += message.bytes;
        if (offset.value() >= end || message.phase == Phase::kLeaving) break;
        if (!found.empty() && taken > bytes) break;
        found.push_back({message.number, offset});
    }
    return found;
}

}  // namespace millrace::sqs
