#pragma once

#include <string>

#include "cli/api.h"

namespace millrace::cli {

/// Whether an event of a stack says that a resource failed, and why.
[[nodiscard]] bool is_failure(const codec::Json& event);

/// Why the resource of such an event failed: "Queue: the name is taken". A nested stack fails because
/// something in it did, which its own events say: "Nested.Queue: the name is taken".
[[nodiscard]] std::string failure_cause(Api& api, const codec::Json& event);

}  // namespace millrace::cli
