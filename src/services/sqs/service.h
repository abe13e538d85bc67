#pragma once

#include <functional>
#include <memory>

#include "aws/registry.h"
#include "base/error.h"
#include "ports/message_queue.h"
#include "ports/resource_provider.h"
#include "services/sqs/dependencies.h"

namespace millrace::sqs {

/// Amazon SQS.
/// Threads: the home executor. To be destroyed when that runs no more tasks: callbacks of the stores refer to
/// it.
class Service {
  public:
    using Opened = std::move_only_function<void(Result<std::unique_ptr<Service>>)>;

    /// Rebuilds all queues from the catalog and their logs; answers from a task of the home executor or
    /// inside the call. Errors: those of reading; kCorruption naming the queue.
    static void open(Dependencies dependencies, Opened opened);

    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    /// The service must outlive the registry's use.
    void register_operations(aws::Registry& registry);

    /// AWS::SQS::Queue, AWS::SQS::QueuePolicy, AWS::SQS::QueueInlinePolicy.
    [[nodiscard]] ports::ResourceProvider& resource_provider();

    [[nodiscard]] ports::MessageQueues& message_queues();

    /// As the server ends: answers receives that wait, and lets none wait any more. Everything else goes on.
    void end_waits();
    /// Forgets all queues, without touching catalog and logs; waiting receives are answered without messages.
    void reset();

  private:
    struct Parts;
    explicit Service(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace millrace::sqs
