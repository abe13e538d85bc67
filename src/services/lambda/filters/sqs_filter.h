#pragma once

#include <string_view>

#include "ports/message_queue.h"
#include "services/lambda/filters/filter_criteria.h"

namespace millrace::lambda {

/// Patterns see the message as it stands in the event; its body is the JSON that it holds, or plain text.
[[nodiscard]] bool passes(const FilterCriteria& criteria, const ports::QueueMessage& message,
                          std::string_view queue_arn);

}  // namespace millrace::lambda
