#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/executor.h"
#include "ports/message_queue.h"

namespace millrace::sqs {

/// Who wants to know that a queue, by ARN, has messages to receive. Threads: the home executor.
class ReadyWatches {
  public:
    explicit ReadyWatches(Executor& home) : home_(home) {}

    [[nodiscard]] std::unique_ptr<ports::QueueWatch> add(const std::string& queue_arn,
                                                         std::function<void()> wake);
    /// Wakes them from a task of its own, once for all calls before that.
    void notify(const std::string& queue_arn);

  private:
    class Handle;
    /// Shared with the handles, which may be destroyed later.
    using Watches = std::multimap<std::string, Handle*, std::less<>>;

    Executor& home_;
    std::shared_ptr<Watches> watches_ = std::make_shared<Watches>();
};

}  // namespace millrace::sqs
