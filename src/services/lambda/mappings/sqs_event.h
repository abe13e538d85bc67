#pragma once

#include <span>
#include <string>
#include <string_view>

#include "ports/message_queue.h"

namespace millrace::lambda {

/// The event that AWS's SQS mapping hands to a function: {"Records":[{"messageId":...}]}.
[[nodiscard]] std::string make_sqs_event(std::span<const ports::QueueMessage> messages,
                                         std::string_view queue_arn);

/// Bytes that the message adds to an event.
[[nodiscard]] std::size_t event_bytes(const ports::QueueMessage& message, std::string_view queue_arn);

}  // namespace millrace::lambda
