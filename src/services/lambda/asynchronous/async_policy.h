#pragma once

#include <functional>
#include <string>

#include "base/time.h"
#include "ports/message_queue.h"
#include "services/lambda/asynchronous/async_event.h"
#include "services/lambda/execution/invocation.h"

namespace millrace::lambda {

/// What becomes of an event, by what its function, version or alias says at that time. ARNs may be empty.
struct AsyncPolicy {
    int retries_max = 2;
    Milliseconds age_max{0};
    std::string on_success;    ///< of a queue or a function
    std::string on_failure;    ///< of a queue or a function
    std::string dead_letter;   ///< of a queue
    bool stopped = false;      ///< a reserved concurrency of 0
    bool may_recur = false;    ///< RecursiveLoop Allow
    std::string function_arn;  ///< qualified

    /// Whether somebody wants to know of events that were given up.
    [[nodiscard]] bool tells_of_failures() const { return !on_failure.empty() || !dead_letter.empty(); }
};

/// What asynchronous invocations need of the rest of the service.
struct AsyncHooks {
    /// Runs a function; refuses with ResourceNotFoundException when it is gone.
    std::function<void(const AsyncEvent& event, Invocation invocation)> run;
    std::function<AsyncPolicy(const AsyncEvent& event)> policy_of;
    /// As ports::MessageQueues::send().
    std::function<void(const std::string& queue_arn, std::string body,
                       ports::MessageQueues::Attributes attributes,
                       std::move_only_function<void(Result<>)> done)>
        send;
    /// A UUID: the request id of an event made for a destination.
    std::function<std::string()> make_id;
};

}  // namespace millrace::lambda
