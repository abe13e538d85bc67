#pragma once

#include <fmt/format.h>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "services/sqs/arrivals.h"
#include "services/sqs/queue.h"
#include "storage/catalog/log_catalog.h"
#include "storage/journal/journal_world.h"

namespace millrace::sqs {

/// For tests: queues on a journal whose disk, threads and time are simulated from one seed. The queue "work"
/// gives up on messages after `receives_max` receives, to "dead"; both may be FIFO queues.
class QueueWorld {
  public:
    explicit QueueWorld(std::uint64_t seed, int receives_max = 1'000, bool fifo = false)
        : storage(seed), receives_max_(receives_max), fifo_(fifo) {
        MILLRACE_ASSERT(storage.open().has_value());
        start();
    }

    /// Ends the process in one of three ways, and starts it again.
    void crash() { restart(&storage::JournalWorld::crash_and_reopen); }
    void kill() { restart(&storage::JournalWorld::kill_and_reopen); }
    void stop() { restart(&storage::JournalWorld::close_and_reopen); }

    void advance(Milliseconds by) {
        storage.home.advance(by);
        storage.settle();
    }

    // At the queue "work", waiting for the answer.

    void send(const std::string& id, Seconds delay = Seconds{0}) {
        const WallTime now = storage.clock.now();
        const std::string body(500, 'x');
        OutgoingMessages messages{.entries = {1, body.size() + kRecordOverheadBytes},
                                  .messages = {{now, delay, "", "", ""}}};
        append_record(messages.entries.bytes(),
                      SendRecord{.message_id = id, .sent = now, .delay = delay, .body = body});
        messages.entries.end_entry(work->description().log, now);
        work->send(std::move(messages), [](const auto& sent) { MILLRACE_ASSERT(sent.has_value()); });
        storage.settle();
    }

    std::vector<ReceivedMessage> receive(std::size_t limit = 1, Seconds timeout = Seconds{600}) {
        std::vector<ReceivedMessage> all;
        work->receive({.limit = limit, .visibility_timeout = timeout},
                      [&](aws::Outcome<std::vector<ReceivedMessage>> received) {
                          MILLRACE_ASSERT(received.has_value());
                          all = std::move(*received);
                      });
        storage.settle();
        return all;
    }

    void remove(MessageNumber message) {
        work->remove({message}, [](const Result<>& removed) { MILLRACE_ASSERT(removed.has_value()); });
        storage.settle();
    }

    /// So many messages come and go.
    void churn(int messages) {
        for (int i = 0; i < messages; ++i) {
            send("short-lived");
            remove(receive().at(0).delivery.message.number);
        }
    }

    static std::string id_of(const ReceivedMessage& message) {
        const auto record = parse_record(message.entry.view());
        MILLRACE_ASSERT(record && content_of(*record) != nullptr);
        return std::string(content_of(*record)->message_id);
    }

    storage::JournalWorld storage;
    std::shared_ptr<Queue> work;
    std::shared_ptr<Queue> dead;

  private:
    void restart(Result<> (storage::JournalWorld::*how)()) {
        for (const auto& queue : {work, dead}) queue->close(std::nullopt);
        work.reset();
        dead.reset();
        catalog_.reset();
        const auto opened = (storage.*how)();
        MILLRACE_ASSERT(opened.has_value());
        start();
    }

    void start() {
        storage::LogCatalog::open(*storage.journal, storage.clock, [this](auto opened) {
            MILLRACE_ASSERT(opened.has_value());
            catalog_ = std::move(*opened);
        });
        storage.settle();
        dependencies_.emplace(
            Dependencies{storage.home, storage.clock, storage.random, *storage.journal, *catalog_});
        dead = open("dead", storage::LogId{1'000'001}, "");
        work = open("work", storage::LogId{1'000'000},
                    fmt::format(R"({{"deadLetterTargetArn":"{}","maxReceiveCount":{}}})",
                                dead->description().arn(), receives_max_));
        finish_arrivals({work, dead});
        for (const auto& queue : {work, dead}) queue->start();
    }

    std::shared_ptr<Queue> open(const std::string& name, storage::LogId log, const std::string& redrive) {
        std::map<std::string, std::string> attributes{{"RedrivePolicy", redrive}};
        if (fifo_) attributes["FifoQueue"] = "true";
        QueueDescription description{.scope = {"000000000000", "us-east-1"}, .name = name, .log = log};
        description.attributes = QueueAttributes::of_new_queue(attributes).value();
        auto queue =
            std::make_shared<Queue>(*dependencies_, std::move(description), [this](const std::string& arn) {
                return dead && arn == dead->description().arn() ? dead : nullptr;
            });
        bool recovered = false;
        queue->recover([&](const Result<>& result) { recovered = result.has_value(); });
        storage.settle();
        MILLRACE_ASSERT(recovered);
        return queue;
    }

    int receives_max_;
    bool fifo_;
    std::unique_ptr<storage::LogCatalog> catalog_;
    std::optional<Dependencies> dependencies_;
};

}  // namespace millrace::sqs
