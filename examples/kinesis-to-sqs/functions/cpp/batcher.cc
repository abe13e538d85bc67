#include "batcher.h"

#include <utility>

bool Batcher::add(std::string_view json, const millrace::lambda::KinesisRecord& record) {
    constexpr std::size_t kBrackets = 2;
    if (json.size() + kBrackets > kMessageBytesMax) return false;
    const bool fits =
        !messages_.empty() && messages_.back().body.size() + 1 + json.size() + 1 <= kMessageBytesMax;
    if (!fits) messages_.emplace_back();
    Message& message = messages_.back();
    message.body += message.body.empty() ? '[' : ',';
    message.body += json;
    message.records.push_back(&record);
    return true;
}

std::vector<Batcher::Message> Batcher::take() {
    for (Message& message : messages_) message.body += ']';
    return std::exchange(messages_, {});
}
