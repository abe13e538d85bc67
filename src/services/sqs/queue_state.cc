#include "services/sqs/queue_state.h"

#include <algorithm>
#include <utility>

#include "services/sqs/limits.h"

namespace millrace::sqs {
namespace {

using storage::Offset;

/// About ten milliseconds of work: a million timers that end together must not hold up what is ready already.
constexpr std::size_t kAdvanceMax = 10'000;

WallTime wall_time(MonotonicTime time, Instant now) {
    return now.wall + std::chrono::ceil<Milliseconds>(time - now.monotonic);
}

MonotonicTime monotonic_time(WallTime time, Instant now) {
    return now.monotonic + (time - now.wall);
}

}  // namespace

StoredMessage* QueueState::find(MessageNumber number) {
    const auto offset = offset_of(number);
    return offset ? messages_.find(*offset) : nullptr;
}

const StoredMessage* QueueState::find(MessageNumber number) const {
    const auto offset = offset_of(number);
    return offset ? messages_.find(*offset) : nullptr;
}

std::optional<Offset> QueueState::offset_of(MessageNumber number) const {
    if (const auto moved = moved_.find(number); moved != moved_.end()) return moved->second;
    const StoredMessage* message = messages_.find(Offset{number.value()});
    // An offset where another message's content stands is the number of none.
    if (message == nullptr || messages_.number(*message) != number) return std::nullopt;
    return message->offset;
}

void QueueState::leave_phase(const StoredMessage& message, Phase next) {
    const MessageNumber number = messages_.number(message);
    if (message.phase == Phase::kDelayed || message.phase == Phase::kInFlight) {
        waiting_.erase({messages_.details(message).visible_at, number});
    }
    if (message.phase == Phase::kDelayed) groups_.end_delay(message.group, number);
    if (is_busy(message.phase) && !is_busy(next)) groups_.vacate(message.group, number);
    --counts_[static_cast<std::size_t>(message.phase)];
}

void QueueState::enter(StoredMessage& message, Phase phase, bool undone) {
    const MessageNumber number = messages_.number(message);
    // In line before its group is free again: else the group could pass it over.
    if (phase == Phase::kReady && message.phase == Phase::kInFlight && !undone) {
        groups_.come_back(message.group, number);
    } else if (phase == Phase::kReady) {
        groups_.line_up(message.group, number);
    }
    const bool becomes_busy = is_busy(phase) && !is_busy(message.phase);
    leave_phase(message, phase);
    ++counts_[static_cast<std::size_t>(phase)];
    message.phase = phase;
    if (phase == Phase::kDelayed) groups_.delay(message.group, number);
    if (becomes_busy) groups_.occupy(message.group, number);
}

void QueueState::wait(StoredMessage& message, Phase phase, MonotonicTime until) {
    enter(message, phase);
    messages_.details(message).visible_at = until;
    waiting_.emplace(until, messages_.number(message));
}

void QueueState::stand_last(StoredMessage& message, Place place) {
    message.bytes = static_cast<std::uint32_t>(place.bytes + kEntryCostBytes);
    message.log_start = log_bytes_ - message.bytes;
    live_bytes_ += message.bytes;
    if (message.sent < newest_sent_) early_.emplace(message.sent, messages_.number(message));
    newest_sent_ = std::max(newest_sent_, message.sent);
}

void QueueState::erase(StoredMessage& message) {
    const MessageNumber number = messages_.number(message);
    const MessageGroups::Index group = message.group;
    enter(message, Phase::kLeaving);
    --counts_[static_cast<std::size_t>(Phase::kLeaving)];
    early_.erase({message.sent, number});
    moved_.erase(number);
    live_bytes_ -= message.bytes;
    messages_.erase(message);
    // Without this, a queue that nobody receives from would remember every message that ever expired in it.
    for (auto first = groups_.first_in_line(group); first && !contains(*first);
         first = groups_.first_in_line(group)) {
        groups_.take_first(group);
    }
    groups_.leave(group, number);
}

void QueueState::add(MessageNumber number, Place place, const SendRecord& content, Instant now) {
    StoredMessage& message = messages_.add({.offset = place.offset, .sent = content.sent});
    if (place.offset.value() != number.value()) {
        messages_.details(message).number = number;
        moved_[number] = place.offset;
    }
    ++counts_[static_cast<std::size_t>(Phase::kLeaving)];
    message.group = groups_.join(content.group_id, number);
    stand_last(message, place);

    const WallTime visible = content.sent + content.delay;
    if (visible <= now.wall) return enter(message, Phase::kReady);
    wait(message, Phase::kDelayed, monotonic_time(visible, now));
}

void QueueState::move(MessageNumber number, Place place) {
    pass(place);
    StoredMessage* from = find(number);
    if (from == nullptr) return;
    live_bytes_ -= from->bytes;
    early_.erase({from->sent, number});
    stand_last(messages_.move_last(*from, place.offset), place);
    moved_[number] = place.offset;
}

void QueueState::restore(StoredMessage& message, const ReceiveState& receives, Instant now) {
    if (receives.receive_count == 0) return;
    MessageDetails& details = messages_.details(message);
    details.receive_count = receives.receive_count;
    details.nonce = receives.nonce;
    details.first_received = receives.first_received;
    details.received = monotonic_time(receives.received, now);
    // However the wall clock was set meanwhile.
    const WallTime visible = std::min(receives.visible_at, now.wall + kVisibilityTimeoutMax);
    if (visible > now.wall) return wait(message, Phase::kInFlight, monotonic_time(visible, now));
    if (message.phase != Phase::kReady) enter(message, Phase::kReady);
    details.visible_at = monotonic_time(visible, now);
}

void QueueState::remove(MessageNumber number) {
    if (StoredMessage* message = find(number)) erase(*message);
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
        return restore(*find(moved->message), moved->receives, now);
    }
    pass(place);
    if (const SendRecord* content = content_of(record)) {
        add(MessageNumber{place.offset.value()}, place, *content, now);
    } else if (const auto* deletion = std::get_if<DeleteRecord>(&record)) {
        for (const MessageNumber gone : deletion->messages) remove(gone);
    } else if (const auto* receive = std::get_if<ReceiveRecord>(&record)) {
        for (const auto& [number, receives] : receive->messages) {
            if (StoredMessage* message = find(number)) restore(*message, receives, now);
        }
    } else {
        purge();
    }
}

void QueueState::advance(Instant now) {
    for (std::size_t i = 0; i < kAdvanceMax; ++i) {
        if (waiting_.empty() || waiting_.begin()->first > now.monotonic) return;
        enter(*find(waiting_.begin()->second), Phase::kReady);
    }
}

std::vector<MessageNumber> QueueState::expire(Instant now) {
    std::vector<MessageNumber> expired;
    const auto take_out = [&](StoredMessage& message) {
        expired.push_back(messages_.number(message));
        erase(message);
    };
    while (!early_.empty() && early_.begin()->first + retention_ <= now.wall) {
        take_out(*find(early_.begin()->second));
    }
    while (!messages_.empty() && messages_.front().sent + retention_ <= now.wall) {
        take_out(messages_.front());
    }
    return expired;
}

StoredMessage* QueueState::next_ready(std::optional<BegunGroup>& begun) {
    for (;;) {
        if (begun && (!fifo_ || !groups_.first_before(begun->index, begun->end))) begun.reset();
        if (!begun && !groups_.any()) return nullptr;
        const BegunGroup group =
            begun ? *begun : BegunGroup{groups_.next(), groups_.held_from(groups_.next())};
        StoredMessage* message = find(groups_.take_first(group.index));
        if (message == nullptr || message->phase != Phase::kReady) continue;
        begun = group;
        return message;
    }
}

QueueState::Taken QueueState::take(Instant now, std::size_t limit, Seconds timeout,
                                   std::uint32_t receives_max, std::uint32_t nonce) {
    Taken taken;
    std::optional<BegunGroup> begun;
    while (taken.deliveries.size() < limit && in_flight() < kInFlightMax) {
        StoredMessage* message = next_ready(begun);
        if (message == nullptr) break;
        if (receives_max > 0 && messages_.details(std::as_const(*message)).receive_count >= receives_max) {
            enter(*message, Phase::kLeaving);
            taken.exhausted.push_back(messages_.number(*message));
            begun.reset();  // what is behind it waits until it has gone
            continue;
        }
        taken.deliveries.push_back(deliver(*message, now, timeout, nonce++));
    }
    return taken;
}

std::vector<PlacedMessage> QueueState::withdraw(std::size_t limit) {
    std::vector<PlacedMessage> withdrawn;
    std::optional<BegunGroup> begun;
    while (withdrawn.size() < limit) {
        StoredMessage* message = next_ready(begun);
        if (message == nullptr) break;
        enter(*message, Phase::kLeaving);
        withdrawn.push_back({messages_.number(*message), message->offset});
    }
    return withdrawn;
}

Delivery QueueState::deliver(StoredMessage& message, Instant now, Seconds timeout, std::uint32_t nonce) {
    wait(message, Phase::kInFlight, now.monotonic + timeout);
    MessageDetails& details = messages_.details(message);
    details.received = now.monotonic;
    details.nonce = nonce;
    if (details.receive_count++ == 0) details.first_received = now.wall;
    return {{details.number, message.offset}, nonce, details.receive_count, details.first_received};
}

void QueueState::hold(MessageNumber number) {
    if (StoredMessage* message = find(number)) enter(*message, Phase::kLeaving);
}

void QueueState::release(MessageNumber number) {
    StoredMessage* message = find(number);
    if (message != nullptr && message->phase == Phase::kLeaving) enter(*message, Phase::kReady);
}

VisibilityChange QueueState::change_visibility(Instant now, MessageNumber number, std::uint32_t nonce,
                                               Seconds timeout) {
    StoredMessage* message = find(number);
    if (message == nullptr || message->phase == Phase::kLeaving) return VisibilityChange::kGone;
    const MessageDetails details = messages_.details(std::as_const(*message));
    const bool in_flight = message->phase == Phase::kInFlight;
    if (fifo_ && (!in_flight || details.nonce != nonce)) return VisibilityChange::kNotInFlight;
    // A standard queue takes the handle of any receive, also of one that is over: it hides the message again.
    if (!in_flight && (details.receive_count == 0 || timeout == Seconds{0}))
        return VisibilityChange::kNotInFlight;
    if (in_flight && now.monotonic + timeout > details.received + kVisibilityTimeoutMax)
        return VisibilityChange::kBeyondLimit;
    wait(*message, Phase::kInFlight, now.monotonic + timeout);
    return VisibilityChange::kChanged;
}

std::optional<std::pair<Delivery, MonotonicTime>> QueueState::delivery_of(MessageNumber number,
                                                                          std::uint32_t nonce) const {
    const StoredMessage* message = find(number);
    if (message == nullptr || message->phase != Phase::kInFlight) return std::nullopt;
    const MessageDetails details = messages_.details(*message);
    if (details.nonce != nonce) return std::nullopt;
    return std::pair(
        Delivery{{number, message->offset}, nonce, details.receive_count, details.first_received},
        details.visible_at);
}

void QueueState::take_back(const Delivery& delivery) {
    StoredMessage* message = find(delivery.message.number);
    if (message == nullptr || message->phase != Phase::kInFlight) return;
    MessageDetails& details = messages_.details(*message);
    if (details.nonce != delivery.nonce) return;
    --details.receive_count;
    enter(*message, Phase::kReady, true);
}

bool QueueState::has_ended(Instant now, MessageNumber number, std::uint32_t nonce) const {
    const StoredMessage* message = find(number);
    if (message == nullptr) return false;
    const MessageDetails details = messages_.details(*message);
    // What is leaving may be on its way to the dead letters, long after its last receive.
    return details.nonce != nonce || !is_busy(message->phase) || details.visible_at <= now.monotonic;
}

bool QueueState::is_leaving(MessageNumber number) const {
    const StoredMessage* message = find(number);
    return message != nullptr && message->phase == Phase::kLeaving;
}

std::optional<ReceiveState> QueueState::receives_of(MessageNumber number, Instant now) const {
    const StoredMessage* message = find(number);
    if (message == nullptr) return std::nullopt;
    const MessageDetails details = messages_.details(*message);
    if (details.receive_count == 0) return ReceiveState{};
    const WallTime received = wall_time(details.received, now);
    return ReceiveState{
        .receive_count = details.receive_count,
        .nonce = details.nonce,
        .first_received = details.first_received,
        .received = received,
        .visible_at = message->phase == Phase::kInFlight ? wall_time(details.visible_at, now) : received};
}

EarlierReceives QueueState::receives_after(EarlierReceives earlier, MessageNumber number) const {
    const StoredMessage* message = find(number);
    if (message == nullptr) return {};
    const MessageDetails details = messages_.details(*message);
    if (earlier.count == 0) earlier.first = details.first_received;
    earlier.count += details.receive_count;
    return earlier;
}

std::optional<MonotonicTime> QueueState::next_due(Instant now) const {
    if (messages_.empty()) return std::nullopt;
    WallTime oldest = messages_.front().sent;
    if (!early_.empty()) oldest = std::min(oldest, early_.begin()->first);
    const MonotonicTime expiry = monotonic_time(oldest + retention_, now);
    return waiting_.empty() ? expiry : std::min(expiry, waiting_.begin()->first);
}

std::optional<Offset> QueueState::first_live() const {
    if (messages_.empty()) return std::nullopt;
    return messages_.front().offset;
}

LogUse QueueState::log_use() const {
    const std::uint64_t dead = messages_.empty() ? log_bytes_ : messages_.front().log_start;
    return {.dead = dead, .span = log_bytes_ - dead, .live = live_bytes_};
}

std::vector<PlacedMessage> QueueState::survivors(std::uint64_t entries, std::uint64_t bytes,
                                                 WallTime expiring) const {
    std::vector<PlacedMessage> found;
    if (messages_.empty() || messages_.front().sent + retention_ < expiring) return found;
    const std::uint64_t end = messages_.front().offset.value() + entries;
    std::uint64_t taken = 0;
    messages_.each([&](const StoredMessage& message) {
        taken += message.bytes;
        if (message.offset.value() >= end || message.phase == Phase::kLeaving) return false;
        if (!found.empty() && taken > bytes) return false;
        found.push_back({messages_.number(message), message.offset});
        return true;
    });
    return found;
}

}  // namespace millrace::sqs
