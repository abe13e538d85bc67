#pragma once

#include <string>
#include <string_view>

#include "services/lambda/execution/sandbox_host.h"

namespace millrace::lambda {

/// Why a process could not be started, or did not become ready.
struct RuntimeFailure {
    std::string error_type;    ///< "Runtime.InvalidEntrypoint"
    std::string words;         ///< for people
    std::string payload = {};  ///< what the runtime itself reported (JSON), if it did
};

/// Payloads of invocations that did not end with the function's own answer, in AWS's words.

/// {"errorType":"...","errorMessage":"RequestId: <id> Error: <what>"}
[[nodiscard]] std::string failure_payload(std::string_view error_type, std::string_view request_id,
                                          std::string_view what);

/// "Task timed out after 3.00 seconds"
[[nodiscard]] std::string timeout_words(int seconds);

/// "Runtime exited with error: exit status 1", "... signal: killed"
[[nodiscard]] std::string exit_words(ProcessEnd end);

}  // namespace millrace::lambda
