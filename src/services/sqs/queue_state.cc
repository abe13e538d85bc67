#include "services/sqs/queue_state.h"

#include <algorithm>

#include "base/assert.h"
#include "services/sqs/limits.h"

namespace millrace::sqs {

using storage::Offset;

void QueueState::enter(Offset offset, Message& message, Phase phase) {
    if (message.phase == Phase::kDelayed || message.phase == Phase::kInFlight) {
        waiting_.erase({message.visible_at, offset});
    }
    --counts_[static_cast<std::size_t>(message.phase)];
    ++counts_[static_cast<std::size_t>(phase)];
    message.phase = phase;
    if (phase == Phase::kReady) ready_.push(offset);
}

void QueueState::erase(Messages::iterator at) {
    const Offset offset = at->first;
    const WallTime sent = at->second.sent;
    enter(offset, at->second, Phase::kLeaving);
    --counts_[static_cast<std::size_t>(Phase::kLeaving)];
    early_.erase({sent, offset});
    messages_.erase(at);
    // Without this, a queue that nobody receives from would remember every message that ever expired in it.
    while (!ready_.empty() && !messages_.contains(ready_.top())) ready_.pop();
}

void QueueState::add(Offset offset, WallTime sent, Seconds delay, Instant now) {
    const auto [at, fresh] = messages_.try_emplace(offset, Message{.sent = sent});
    MILLRACE_ASSERT(fresh);
    ++counts_[static_cast<std::size_t>(Phase::kLeaving)];
    if (sent < newest_sent_) early_.emplace(sent, offset);
    newest_sent_ = std::max(newest_sent_, sent);

    if (sent + delay <= now.wall) return enter(offset, at->second, Phase::kReady);
    enter(offset, at->second, Phase::kDelayed);
    at->second.visible_at = now.monotonic + (sent + delay - now.wall);
    waiting_.emplace(at->second.visible_at, offset);
}

void QueueState::remove(Offset offset) {
    if (const auto at = messages_.find(offset); at != messages_.end()) erase(at);
}

void QueueState::purge() {
    messages_.clear();
    counts_ = {};
    ready_ = {};
    waiting_.clear();
    early_.clear();
}

void QueueState::apply(Offset offset, const Record& record, Instant now) {
    if (const auto* send = std::get_if<SendRecord>(&record)) {
        add(offset, send->sent, send->delay, now);
    } else if (const auto* deletion = std::get_if<DeleteRecord>(&record)) {
        for (const Offset gone : deletion->offsets) remove(gone);
    } else {
        purge();
    }
}

void QueueState::advance(Instant now) {
    while (!waiting_.empty() && waiting_.begin()->first <= now.monotonic) {
        const Offset offset = waiting_.begin()->second;
        enter(offset, messages_.at(offset), Phase::kReady);
    }
}

std::vector<Offset> QueueState::expire(Instant now) {
    std::vector<Offset> expired;
    const auto take_out = [&](Messages::iterator at) {
        expired.push_back(at->first);
        erase(at);
    };
    while (!early_.empty() && early_.begin()->first + retention_ <= now.wall) {
        take_out(messages_.find(early_.begin()->second));
    }
    while (!messages_.empty() && messages_.begin()->second.sent + retention_ <= now.wall) {
        take_out(messages_.begin());
    }
    return expired;
}

QueueState::Taken QueueState::take(Instant now, std::size_t limit, Seconds timeout,
                                   std::uint32_t receives_max, std::uint32_t nonce) {
    Taken taken;
    while (taken.deliveries.size() < limit && can_take()) {
        const Offset offset = ready_.top();
        ready_.pop();
        const auto at = messages_.find(offset);
        if (at == messages_.end() || at->second.phase != Phase::kReady) continue;
        Message& message = at->second;
        if (receives_max > 0 && message.receive_count >= receives_max) {
            enter(offset, message, Phase::kLeaving);
            taken.exhausted.push_back(offset);
            continue;
        }
        enter(offset, message, Phase::kInFlight);
        message.visible_at = now.monotonic + timeout;
        waiting_.emplace(message.visible_at, offset);
        message.received = now.monotonic;
        message.nonce = nonce++;
        if (message.receive_count++ == 0) message.first_received = now.wall;
        taken.deliveries.push_back({offset, message.nonce, message.receive_count, message.first_received});
    }
    return taken;
}

void QueueState::hold(Offset offset) {
    if (const auto at = messages_.find(offset); at != messages_.end())
        enter(offset, at->second, Phase::kLeaving);
}

void QueueState::release(Offset offset) {
    const auto at = messages_.find(offset);
    if (at != messages_.end() && at->second.phase == Phase::kLeaving)
        enter(offset, at->second, Phase::kReady);
}

VisibilityChange QueueState::change_visibility(Instant now, Offset offset, std::uint32_t nonce,
                                               Seconds timeout) {
    const auto at = messages_.find(offset);
    if (at == messages_.end() || at->second.phase == Phase::kLeaving) return VisibilityChange::kGone;
    Message& message = at->second;
    if (message.phase != Phase::kInFlight || message.nonce != nonce) return VisibilityChange::kNotInFlight;
    if (now.monotonic + timeout > message.received + kVisibilityTimeoutMax)
        return VisibilityChange::kBeyondLimit;
    waiting_.erase({message.visible_at, offset});
    message.visible_at = now.monotonic + timeout;
    waiting_.emplace(message.visible_at, offset);
    return VisibilityChange::kChanged;
}

std::optional<MonotonicTime> QueueState::next_due(Instant now) const {
    if (messages_.empty()) return std::nullopt;
    WallTime oldest = messages_.begin()->second.sent;
    if (!early_.empty()) oldest = std::min(oldest, early_.begin()->first);
    const MonotonicTime expiry = now.monotonic + (oldest + retention_ - now.wall);
    return waiting_.empty() ? expiry : std::min(expiry, waiting_.begin()->first);
}

std::optional<Offset> QueueState::first_live() const {
    if (messages_.empty()) return std::nullopt;
    return messages_.begin()->first;
}

}  // namespace millrace::sqs
