#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace millrace::ports {

struct QueueTraits {
    bool fifo = false;
    Seconds visibility_timeout{0};
};

/// A message as a receive gives it, with all its attributes.
struct QueueMessage {
    struct Attribute {
        std::string data_type;
        std::optional<std::string> text;
        std::optional<std::string> bytes;  ///< of binary types
    };
    std::string message_id;
    std::string receipt_handle;
    std::string body;
    std::string md5_of_body;
    std::string md5_of_attributes;                         ///< empty where there are none
    std::map<std::string, std::string> system_attributes;  ///< "SentTimestamp" and so on
    std::map<std::string, Attribute> attributes;
};

/// Ends the watch when it goes out of scope.
class QueueWatch {
  public:
    virtual ~QueueWatch() = default;
};

/// Queues as other services use them: what services/sqs offers. Queues are named by ARN.
/// Errors: kNotFound when there is no such queue.
/// Threads: all calls and callbacks on the home executor; callbacks may come inside the calls.
class MessageQueues {
  public:
    /// Messages that one receive or removal may have.
    static constexpr std::size_t kMessagesMax = 10;

    virtual ~MessageQueues() = default;

    [[nodiscard]] virtual std::optional<QueueTraits> find(const std::string& queue_arn) const = 0;

    using Attributes = std::map<std::string, QueueMessage::Attribute>;
    /// Answers when the message is durable. kInvalidArgument when the queue does not take it.
    virtual void send(const std::string& queue_arn, std::string body, Attributes attributes,
                      std::move_only_function<void(Result<>)> done) = 0;
    void send(const std::string& queue_arn, std::string body, std::move_only_function<void(Result<>)> done) {
        send(queue_arn, std::move(body), {}, std::move(done));
    }

    /// Up to kMessagesMax messages that are visible now, perhaps none; they are hidden for the timeout.
    virtual void receive(const std::string& queue_arn, std::size_t limit, Seconds visibility_timeout,
                         std::move_only_function<void(Result<std::vector<QueueMessage>>)> done) = 0;

    /// Deletes up to kMessagesMax messages; answers when that is durable.
    virtual void remove(const std::string& queue_arn, std::vector<std::string> receipt_handles,
                        std::move_only_function<void(Result<>)> done) = 0;

    /// `wake` runs, never inside a call, when messages are visible that nobody waits for: after they came or
    /// became visible again. There need be no such queue yet.
    [[nodiscard]] virtual std::unique_ptr<QueueWatch> watch(const std::string& queue_arn,
                                                            std::function<void()> wake) = 0;
};

}  // namespace millrace::ports
