#pragma once

#include "ports/message_queue.h"
#include "services/sqs/queues.h"

namespace millrace::sqs {

/// Queues for other services: what the operations do, called from inside.
class MessageQueues final : public ports::MessageQueues {
  public:
    explicit MessageQueues(Queues& queues) : queues_(queues) {}

    [[nodiscard]] std::optional<ports::QueueTraits> find(const std::string& queue_arn) const override;
    using ports::MessageQueues::send;
    void send(const std::string& queue_arn, std::string body, Attributes attributes,
              std::move_only_function<void(Result<>)> done) override;
    void receive(const std::string& queue_arn, std::size_t limit, Seconds visibility_timeout,
                 std::move_only_function<void(Result<std::vector<ports::QueueMessage>>)> done) override;
    void remove(const std::string& queue_arn, std::vector<std::string> receipt_handles,
                std::move_only_function<void(Result<>)> done) override;
    [[nodiscard]] std::unique_ptr<ports::QueueWatch> watch(const std::string& queue_arn,
                                                           std::function<void()> wake) override;

  private:
    Queues& queues_;
};

}  // namespace millrace::sqs
