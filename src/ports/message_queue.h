#pragma once

#include <functional>
#include <string>

#include "base/error.h"

namespace millrace::ports {

/// Queues as other services use them: what services/sqs offers. Queues are named by ARN.
/// Threads: all calls and callbacks on the home executor; callbacks may come inside the calls.
class MessageQueues {
  public:
    virtual ~MessageQueues() = default;

    [[nodiscard]] virtual bool exists(const std::string& queue_arn) const = 0;

    /// Answers when the message is durable. kNotFound when there is no such queue, kInvalidArgument when it
    /// does not take the message.
    virtual void send(const std::string& queue_arn, std::string body,
                      std::move_only_function<void(Result<>)> done) = 0;
};

}  // namespace millrace::ports
