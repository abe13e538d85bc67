#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "ports/message_queue.h"
#include "services/lambda/asynchronous/async_event.h"

namespace millrace::lambda {

/// How the last run of an event ended, if it was run.
struct AsyncAttempt {
    std::string payload;  ///< what the function answered; empty when it was too large to be kept
    bool function_error = false;
    std::string executed_version;
};

/// Why nothing more is done with an event: "Success", "RetriesExhausted", "EventAgeExceeded",
/// "ZeroReservedConcurrency", "RecursiveInvocation".
struct AsyncEnding {
    std::string_view condition;
    int invokes = 0;
    std::optional<AsyncAttempt> last;
};

/// What AWS sends to a destination of asynchronous invocations. Lambda developer guide, "Capturing records of
/// Lambda asynchronous invocations".
[[nodiscard]] std::string make_async_record(const AsyncEvent& event, const AsyncEnding& ending,
                                            std::string_view function_arn, WallTime now);

/// What AWS says about a dead letter in its attributes: RequestID, ErrorCode, ErrorMessage (its first KB).
[[nodiscard]] ports::MessageQueues::Attributes dead_letter_attributes(const AsyncEvent& event,
                                                                      const AsyncEnding& ending);

}  // namespace millrace::lambda
