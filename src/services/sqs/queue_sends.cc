// How messages get into a queue, and each into a FIFO queue only once.
#include <memory>

#include "services/sqs/queue.h"

namespace millrace::sqs {
namespace {

using storage::NewEntry;
using storage::Offset;

/// One answer for messages some of which may wait for an earlier send of the same.
struct JoinedSends {
    std::vector<SentMessage> sent;
    std::size_t pending = 1;
    std::optional<Error> error;
    SendDone done;

    void finish_one() {
        if (--pending > 0) return;
        if (error) return done(std::unexpected(std::move(*error)));
        done(std::move(sent));
    }
    void set(std::size_t index, const Result<SentMessage>& result) {
        if (result) {
            sent[index] = *result;
        } else {
            error = result.error();
        }
        finish_one();
    }
};

}  // namespace

void Queue::send(OutgoingMessages outgoing, SendDone done) {
    std::vector<NewEntry> entries = std::move(outgoing.entries).take();
    if (fifo_) return send_once(std::move(entries), std::move(outgoing.messages), std::move(done));
    append_messages(std::move(entries), std::move(outgoing.messages),
                    [done = std::move(done)](Result<std::vector<Offset>> offsets) mutable {
                        if (!offsets) return done(std::unexpected(std::move(offsets.error())));
                        done({});
                    });
}

void Queue::append_messages(std::vector<NewEntry> entries, std::vector<OutgoingMessages::Message> messages,
                            storage::AppendDone done) {
    std::vector<std::size_t> sizes;
    for (const NewEntry& entry : entries) sizes.push_back(entry.payload.size());
    dependencies_.logs.append(std::move(entries), [self = shared_from_this(), messages = std::move(messages),
                                                   sizes = std::move(sizes), done = std::move(done)](
                                                      Result<std::vector<Offset>> offsets) mutable {
        if (!offsets) return done(std::move(offsets));
        for (std::size_t i = 0; i < messages.size(); ++i) {
            self->written({(*offsets)[i], sizes[i]}, messages[i].content());
        }
        done(std::move(offsets));
        self->settle();
    });
}

void Queue::send_once(std::vector<NewEntry> entries, std::vector<OutgoingMessages::Message> messages,
                      SendDone done) {
    const WallTime now = dependencies_.clock.now();
    auto joined = std::make_shared<JoinedSends>();
    joined->sent.resize(messages.size());
    joined->done = std::move(done);
    std::vector<NewEntry> new_entries;
    std::vector<OutgoingMessages::Message> new_messages;
    std::vector<Deduplication::Key> keys;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const auto key = fifo_->sends.key_of(messages[i].group_id, messages[i].deduplication_id);
        if (auto first = fifo_->sends.find(key, now)) {
            joined->sent[i] = std::move(*first);
            continue;
        }
        ++joined->pending;
        auto& waiters = fifo_->sending[key];
        waiters.emplace_back([joined, i](const Result<SentMessage>& sent) { joined->set(i, sent); });
        if (waiters.size() > 1) continue;
        keys.push_back(key);
        new_entries.push_back(std::move(entries[i]));
        new_messages.push_back(std::move(messages[i]));
    }
    if (!keys.empty()) append_first_sends(std::move(new_entries), std::move(new_messages), std::move(keys));
    joined->finish_one();
}

void Queue::append_first_sends(std::vector<NewEntry> entries, std::vector<OutgoingMessages::Message> messages,
                               std::vector<Deduplication::Key> keys) {
    std::vector<std::string> ids;
    for (const auto& message : messages) ids.push_back(message.message_id);
    append_messages(std::move(entries), std::move(messages),
                    [self = shared_from_this(), ids = std::move(ids),
                     keys = std::move(keys)](const Result<std::vector<Offset>>& offsets) {
                        for (std::size_t i = 0; i < keys.size(); ++i) {
                            Result<SentMessage> sent = SentMessage{ids[i], {}};
                            if (offsets) {
                                sent->number = MessageNumber{(*offsets)[i].value()};
                            } else {
                                sent = std::unexpected(offsets.error());
                            }
                            auto waiters = self->fifo_->sending.extract(keys[i]);
                            for (auto& waiter : waiters.mapped()) waiter(sent);
                        }
                    });
}

void Queue::remember_send(MessageNumber number, const Record& record) {
    if (!fifo_) return;
    const auto* send = std::get_if<SendRecord>(&record);
    if (send == nullptr || send->deduplication_id.empty()) return;
    const WallTime now = dependencies_.clock.now();
    fifo_->sends.forget_before(now);
    if (send->sent + Deduplication::kWindow > now) fifo_->sends.remember(*send, number);
}

}  // namespace millrace::sqs
