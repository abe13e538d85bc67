#pragma once

#include <map>
#include <string>

#include "aws/error.h"
#include "services/sqs/queue_description.h"

namespace millrace::sqs {

/// Adds or replaces tags. Errors: InvalidParameterValue when there are too many, or a key or value is too
/// long.
[[nodiscard]] aws::Outcome<void> add_tags(QueueDescription& queue, std::map<std::string, std::string> tags);

}  // namespace millrace::sqs
