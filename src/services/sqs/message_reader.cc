#include "services/sqs/message_reader.h"

#include <algorithm>
#include <memory>

#include "base/log.h"

namespace millrace::sqs {
namespace {

using storage::Offset;

/// One answer from many reads.
class MessageReader : public std::enable_shared_from_this<MessageReader> {
  public:
    MessageReader(storage::LogStore& logs, storage::LogId log, std::vector<Delivery> deliveries,
                  ReceiveDone done)
        : logs_(logs), log_(log), done_(std::move(done)) {
        for (const Delivery& delivery : deliveries) messages_.push_back({delivery, {}});
    }

    void start() {
        std::size_t at = 0;
        while (at < messages_.size()) {
            std::size_t end = at + 1;
            while (end < messages_.size() && offset(end).value() == offset(at).value() + (end - at)) ++end;
            ++pending_;
            read(offset(at), end - at);
            at = end;
        }
        finish_one();  // what the constructor counted
    }

  private:
    [[nodiscard]] Offset offset(std::size_t index) const { return messages_[index].delivery.message.offset; }

    void read(Offset from, std::size_t count) {
        logs_.read(log_, from, {.entries = count},
                   [self = shared_from_this(), from, count](Result<std::vector<storage::Entry>> entries) {
                       self->take(from, count, std::move(entries));
                   });
    }

    void take(Offset from, std::size_t count, Result<std::vector<storage::Entry>> entries) {
        if (!entries) {
            log(LogLevel::kError, "cannot read messages from a queue's log",
                {{"error", entries.error().message}});
            error_ = std::move(entries.error());
            return finish_one();
        }
        for (storage::Entry& entry : *entries) {
            const auto wanted = std::ranges::find_if(messages_, [&](const ReceivedMessage& message) {
                return message.delivery.message.offset == entry.offset;
            });
            if (wanted != messages_.end()) wanted->entry = std::move(entry.payload);
        }
        const std::uint64_t end = from.value() + count;
        const std::uint64_t next = entries->empty() ? end : entries->back().offset.value() + 1;
        if (next >= end) return finish_one();
        read(Offset{next}, end - next);
    }

    void finish_one() {
        if (--pending_ > 0) return;
        // The log was removed between the taking and the reading.
        std::erase_if(messages_, [](const ReceivedMessage& message) { return message.entry.size() == 0; });
        if (messages_.empty() && error_) return done_(std::unexpected(aws::to_service_error(*error_)));
        done_(std::move(messages_));
    }

    storage::LogStore& logs_;
    storage::LogId log_;
    std::vector<ReceivedMessage> messages_;
    ReceiveDone done_;
    std::optional<Error> error_;
    std::size_t pending_ = 1;
};

}  // namespace

void read_messages(storage::LogStore& logs, storage::LogId log, std::vector<Delivery> deliveries,
                   ReceiveDone done) {
    std::make_shared<MessageReader>(logs, log, std::move(deliveries), std::move(done))->start();
}

}  // namespace millrace::sqs
