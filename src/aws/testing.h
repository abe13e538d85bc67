#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aws/context.h"
#include "aws/registry.h"

namespace millrace::aws::testing {

/// What a client of a JSON protocol would get.
struct Answer {
    int status = 0;
    std::string body;                                 ///< the output, or {"__type": ..., "message": ...}
    std::shared_ptr<http::StreamReader> stream = {};  ///< instead, of an event stream
};

/// A call that may not be answered yet.
using Call = std::shared_ptr<const std::optional<Answer>>;

/// Account 000000000000 in us-east-1, base URL http://localhost:4566.
[[nodiscard]] RequestContext test_context();

/// Runs an operation from a JSON text as the gateway does: decode, validate, run, encode. `operation` as
/// Registry::find() takes it. For tests of services; works for every protocol's operations, and takes REST
/// operations' members all from the JSON.
[[nodiscard]] Call start(Registry& registry, std::string_view operation, std::string_view json,
                         const RequestContext& context = test_context());

/// The same for operations that answer at once; status 0 and "(no answer yet)" when this one did not.
[[nodiscard]] Answer call(Registry& registry, std::string_view operation, std::string_view json,
                          const RequestContext& context = test_context());

}  // namespace millrace::aws::testing
