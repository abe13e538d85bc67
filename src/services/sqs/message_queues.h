#pragma once

#include "ports/message_queue.h"
#include "services/sqs/queues.h"

namespace millrace::sqs {

/// Queues for other services: what the operations do, called from inside.
class MessageQueues final : public ports::MessageQueues {
  public:
    explicit MessageQueues(Queues& queues) : queues_(queues) {}

    [[nodiscard]] bool exists(const std::string& queue_arn) const override;
    void send(const std::string& queue_arn, std::string body,
              std::move_only_function<void(Result<>)> done) override;

  private:
    Queues& queues_;
};

}  // namespace millrace::sqs
