#pragma once

#include <cstdint>
#include <vector>

#include "aws/error.h"
#include "services/sqs/queue.h"

namespace millrace::sqs {

/// Applies a receipt handle's new visibility timeout, in seconds, with AWS's checks, and names the message in
/// `changed` for Queue::write_receives(). As on AWS, a standard queue takes the handle of any
/// receive of the message, and hides it again when it is visible. Errors: ReceiptHandleIsInvalid,
/// InvalidParameterValue.
[[nodiscard]] aws::Outcome<void> change_visibility(Queue& queue, const std::string& receipt_handle,
                                                   std::int32_t timeout, std::vector<MessageNumber>& changed);

}  // namespace millrace::sqs
