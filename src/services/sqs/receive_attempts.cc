#include "services/sqs/receive_attempts.h"

namespace millrace::sqs {

void ReceiveAttempts::remember(const std::string& id, MonotonicTime made, std::vector<Message> messages) {
    while (!by_end_.empty() && by_end_.front().first <= made) {
        const auto at = attempts_.find(by_end_.front().second);
        if (at != attempts_.end() && at->second.until <= made) attempts_.erase(at);
        by_end_.pop_front();
    }
    by_end_.emplace_back(made + kWindow, id);
    attempts_.insert_or_assign(id, Attempt{made + kWindow, std::move(messages)});
}

const std::vector<ReceiveAttempts::Message>* ReceiveAttempts::find(const std::string& id,
                                                                   MonotonicTime now) const {
    const auto at = attempts_.find(id);
    return at == attempts_.end() || at->second.until <= now ? nullptr : &at->second.messages;
}

}  // namespace millrace::sqs
