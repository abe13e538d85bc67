#pragma once

#include "services/lambda/core.h"
#include "services/lambda/ops/function_shapes.h"

namespace millrace::lambda {

/// Whether the version or alias may have as many processes ready. Errors in AWS's words, and where this
/// machine's processes are too few.
[[nodiscard]] aws::Outcome<void> check_provisioned(const Core& core, const Target& target,
                                                   std::int64_t wanted);

/// Stores it, or takes it away (0), and starts or ends processes.
void store_provisioned(Core& core, const Target& target, std::int64_t wanted,
                       std::move_only_function<void(aws::Outcome<void>)> done);

}  // namespace millrace::lambda
