#pragma once

#include "services/lambda/core.h"

namespace millrace::lambda {

/// Whether the mapping's settings are such as its source, and its function, allow. Errors:
/// InvalidParameterValueException.
[[nodiscard]] aws::Outcome<void> check_source_rules(const Core& core, const Mapping& mapping);

/// 100 records of a stream, 10 messages of a queue.
[[nodiscard]] int default_batch_size(const Mapping& mapping);

}  // namespace millrace::lambda
