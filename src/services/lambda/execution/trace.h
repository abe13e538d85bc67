#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "services/lambda/function.h"

namespace millrace::lambda {

/// Invocations of one function that an event may lead to, by way of what the function itself sends.
inline constexpr int kRecursionMax = 16;

// X-Ray's header, "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=0". The SDK in a
// function sends the one it was called with along with its own requests. Lambda counts in its Lineage,
// "1:a87bd80c:1|68fd508a:5", how often each function was called before. Lambda developer guide, "Use Lambda
// recursive loop detection to prevent infinite loops".

/// What a function is called with, for a request that came with `incoming`; it may be empty.
[[nodiscard]] std::string next_trace(std::string_view incoming, const Function& function,
                                     std::string_view request_id, WallTime now);

/// Whether the function has been called as often as it may be on the way to a request.
[[nodiscard]] bool is_recursion(std::string_view incoming, const Function& function);

/// The one of two headers that has come the longer way.
[[nodiscard]] std::string_view longer_trace(std::string_view one, std::string_view other);

}  // namespace millrace::lambda
