#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "aws/error.h"
#include "base/executor.h"
#include "base/shared_bytes.h"
#include "base/units.h"

namespace millrace::lambda {

/// AWS's limits of what goes in and comes out of a function: 6 MB and a little for the envelope.
inline constexpr std::size_t kPayloadBytesMax = 6'291'456;
inline constexpr std::size_t kResponseBytesMax = 6'291'556;
inline constexpr std::size_t kEventPayloadBytesMax = 1_MiB;

/// Of an answer that is streamed.
inline constexpr std::size_t kStreamedBytesMax = 200_MiB;

/// Where an answer goes that is wanted piece by piece. Threads: the home executor.
class AnswerStream {
  public:
    virtual ~AnswerStream() = default;
    /// Once, before the first piece, or at the end of an answer without any; not when the function failed
    /// before.
    virtual void begin(std::string_view content_type) = 0;
    virtual void write(SharedBytes piece) = 0;
    /// Nobody should write before the task of on_ready() has run.
    [[nodiscard]] virtual bool full() const = 0;
    /// Replaces the one before; nullptr for none. Never run inside write().
    virtual void on_ready(Task task) = 0;
};

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
    std::string trace = {};           ///< the header of the request that led here (trace.h)
    bool want_log_tail = false;
    /// If set, what the function answers goes there, and `done` gets no payload but that of a failure.
    std::shared_ptr<AnswerStream> stream = nullptr;
    /// Called exactly once, on the home executor. With a log tail when the runtime is done with the
    /// invocation, else as soon as it answered.
    std::move_only_function<void(InvokeResult)> done;
};

[[nodiscard]] inline InvokeResult refused(aws::ServiceError error) {
    return {.refused = std::move(error)};
}

}  // namespace millrace::lambda
