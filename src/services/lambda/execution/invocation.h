#pragma once

#include <functional>
#include <optional>
#include <string>

#include "aws/error.h"
#include "base/units.h"

namespace millrace::lambda {

/// AWS's limits of what goes in and comes out of a function: 6 MB and a little for the envelope.
inline constexpr std::size_t kPayloadBytesMax = 6'291'456;
inline constexpr std::size_t kResponseBytesMax = 6'291'556;
inline constexpr std::size_t kEventPayloadBytesMax = 1_MiB;

/// How an invocation ended.
struct InvokeResult {
    /// Set when the function was not run: throttled, deleted meanwhile, shutting down. Nothing else is set
    /// then.
    std::optional<aws::ServiceError> refused = {};
    std::string payload = {};     ///< what the function answered, or the description of its failure (JSON)
    bool function_error = false;  ///< the handler failed, the process crashed, or time ran out
    std::string log_tail = {};    ///< only if asked for: at most the last 4 KB that the invocation logged
    std::string executed_version = {};  ///< "$LATEST" or a number
};

struct Invocation {
    std::string request_id;
    std::string payload;
    std::string client_context = {};  ///< JSON
    std::string invoked_arn = {};     ///< as the caller named the function; empty: the function's own
    bool want_log_tail = false;
    /// Called exactly once, on the home executor. With a log tail when the runtime is done with the
    /// invocation, else as soon as it answered.
    std::move_only_function<void(InvokeResult)> done;
};

[[nodiscard]] inline InvokeResult refused(aws::ServiceError error) {
    return {.refused = std::move(error)};
}

}  // namespace millrace::lambda
