#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "aws/context.h"
#include "base/error.h"
#include "base/time.h"
#include "storage/log_store.h"

namespace millrace::lambda {

/// An event that was accepted for a function, to run as soon as possible.
struct AsyncEvent {
    aws::Scope scope;
    std::string function;   ///< bare name
    std::string qualifier;  ///< as it was called; may be empty
    std::string request_id;
    std::string client_context;
    WallTime accepted;
    std::string payload;
    std::string trace = {};  ///< the header of the request (execution/trace.h)
    int hops = 0;            ///< destinations of other events' functions that led here
    friend bool operator==(const AsyncEvent&, const AsyncEvent&) = default;
};

/// Says that the event at an offset need not run any more.
struct AsyncDone {
    storage::Offset offset;
    friend bool operator==(const AsyncDone&, const AsyncDone&) = default;
};

/// Says how often the event at an offset has failed, and when it is tried again.
struct AsyncFailure {
    storage::Offset offset;
    int failures = 0;
    WallTime retry_at;
    std::string executed_version;
    std::string payload;  ///< what the function answered the last time, if it was kept
    friend bool operator==(const AsyncFailure&, const AsyncFailure&) = default;
};

using AsyncEntry = std::variant<AsyncEvent, AsyncFailure, AsyncDone>;

/// An entry of the log of events: a line of JSON, then for an event or a failure its payload as it came.
[[nodiscard]] std::string encode_entry(const AsyncEvent& event);
[[nodiscard]] std::string encode_entry(const AsyncFailure& failure);
[[nodiscard]] std::string encode_entry(AsyncDone done);
/// kCorruption for anything else.
[[nodiscard]] Result<AsyncEntry> decode_async_entry(std::string_view entry);

}  // namespace millrace::lambda
