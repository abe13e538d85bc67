#pragma once

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <string>
#include <vector>

#include "base/executor.h"
#include "ports/message_queue.h"

namespace millrace::lambda::testing {

/// Queues in memory, as a test makes them. What is received is hidden until show_again(). Wakes its watchers
/// through the executor.
class MemoryQueues final : public ports::MessageQueues {
  public:
    explicit MemoryQueues(Executor& home) : home_(home) {}

    void add(const std::string& queue_arn, ports::QueueTraits traits = {.visibility_timeout = Seconds{30}}) {
        queues_[queue_arn].traits = traits;
    }
    /// Bodies of what is there, hidden or not, oldest first.
    [[nodiscard]] std::vector<std::string> bodies(const std::string& queue_arn) const {
        std::vector<std::string> bodies;
        for (const Held& held : queues_.at(queue_arn).held) bodies.push_back(held.message.body);
        return bodies;
    }
    [[nodiscard]] Attributes last_attributes(const std::string& queue_arn) const {
        return queues_.at(queue_arn).held.back().message.attributes;
    }
    /// Time of all hidden messages is up.
    void show_again(const std::string& queue_arn) {
        for (Held& held : queues_.at(queue_arn).held) held.hidden = false;
        wake(queue_arn);
    }
    [[nodiscard]] Seconds last_visibility() const { return last_visibility_; }

    [[nodiscard]] std::optional<ports::QueueTraits> find(const std::string& queue_arn) const override {
        const auto found = queues_.find(queue_arn);
        return found == queues_.end() ? std::nullopt : std::optional(found->second.traits);
    }
    using ports::MessageQueues::send;
    void send(const std::string& queue_arn, std::string body, Attributes attributes,
              std::move_only_function<void(Result<>)> done) override {
        const auto found = queues_.find(queue_arn);
        if (found == queues_.end()) return done(fail(ErrorCode::kNotFound, "no such queue"));
        const std::string id = fmt::format("id-{}", ++sent_);
        found->second.held.push_back({.message = {.message_id = id,
                                                  .receipt_handle = "handle-" + id,
                                                  .body = std::move(body),
                                                  .attributes = std::move(attributes)}});
        wake(queue_arn);
        done({});
    }
    void receive(const std::string& queue_arn, std::size_t limit, Seconds visibility_timeout,
                 std::move_only_function<void(Result<std::vector<ports::QueueMessage>>)> done) override {
        const auto found = queues_.find(queue_arn);
        if (found == queues_.end()) return done(fail(ErrorCode::kNotFound, "no such queue"));
        last_visibility_ = visibility_timeout;
        std::vector<ports::QueueMessage> messages;
        for (Held& held : found->second.held) {
            if (held.hidden || messages.size() == limit) continue;
            held.hidden = true;
            messages.push_back(held.message);
        }
        done(std::move(messages));
    }
    void remove(const std::string& queue_arn, std::vector<std::string> receipt_handles,
                std::move_only_function<void(Result<>)> done) override {
        std::erase_if(queues_.at(queue_arn).held, [&](const Held& held) {
            return std::ranges::find(receipt_handles, held.message.receipt_handle) != receipt_handles.end();
        });
        done({});
    }
    [[nodiscard]] std::unique_ptr<ports::QueueWatch> watch(const std::string& queue_arn,
                                                           std::function<void()> on_ready) override {
        auto watch = std::make_unique<Watch>();
        watches_.emplace(queue_arn, watch->wake);
        *watch->wake = std::move(on_ready);
        return watch;
    }

  private:
    using Wake = std::shared_ptr<std::function<void()>>;
    struct Watch final : ports::QueueWatch {
        Wake wake = std::make_shared<std::function<void()>>();
        ~Watch() override { *wake = nullptr; }
    };
    struct Held {
        ports::QueueMessage message;
        bool hidden = false;
    };
    struct Queue {
        ports::QueueTraits traits;
        std::vector<Held> held;
    };

    void wake(const std::string& queue_arn) {
        const auto [begin, end] = watches_.equal_range(queue_arn);
        for (auto watch = begin; watch != end; ++watch) {
            home_.post([wake = watch->second] {
                if (*wake) (*wake)();
            });
        }
    }

    Executor& home_;
    std::map<std::string, Queue> queues_;
    std::multimap<std::string, Wake> watches_;
    std::size_t sent_ = 0;
    Seconds last_visibility_{0};
};

}  // namespace millrace::lambda::testing
