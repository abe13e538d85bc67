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
    int hops = 0;  ///< destinations of other events' functions that led here
    friend bool operator==(const AsyncEvent&, const AsyncEvent&) = default;
};

/// Says that the event at an offset need not run any more.
struct AsyncDone {
    storage::Offset offset;
    friend bool operator==(const AsyncDone&, const AsyncDone&) = default;
};

/// An entry of the log of events: a line of JSON, then for an event its payload as it came.
[[nodiscard]] std::string encode_entry(const AsyncEvent& event);
[[nodiscard]] std::string encode_entry(AsyncDone done);
/// kCorruption for anything else.
[[nodiscard]] Result<std::variant<AsyncEvent, AsyncDone>> decode_async_entry(std::string_view entry);

}  // namespace millrace::lambda
