#include "services/sqs/receive_attempts.h"

namespace millrace::sqs {

void ReceiveAttempts::remember(const std::string& id, MonotonicTime made, std::vector<Message> messages) {
    while (!by_end_.empty() && by_end_.front().first <= made) {
        const auto at = attempts_.find(by_end_.front().second);
        if (at != attempts_.end() && at->second.until <= made) forget(at->first);
        by_end_.pop_front();
    }
    forget(id);
    by_end_.emplace_back(made + kWindow, id);
    for (const Message& message : messages) by_message_[message.number] = id;
    attempts_.emplace(id, Attempt{made + kWindow, std::move(messages)});
}

void ReceiveAttempts::forget(const std::string& id) {
    const auto attempt = attempts_.extract(id);
    if (attempt.empty()) return;
    for (const Message& message : attempt.mapped().messages) {
        const auto latest = by_message_.find(message.number);
        if (latest != by_message_.end() && latest->second == attempt.key()) by_message_.erase(latest);
    }
}

const std::string* ReceiveAttempts::attempt_of(MessageNumber message) const {
    const auto latest = by_message_.find(message);
    return latest == by_message_.end() ? nullptr : &latest->second;
}

const std::vector<ReceiveAttempts::Message>* ReceiveAttempts::find(const std::string& id,
                                                                   MonotonicTime now) const {
    const auto at = attempts_.find(id);
    return at == attempts_.end() || at->second.until <= now ? nullptr : &at->second.messages;
}

}  // namespace millrace::sqs
