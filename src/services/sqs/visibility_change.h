#pragma once

#include <cstdint>
#include <string>

#include "aws/error.h"
#include "services/sqs/queue.h"

namespace millrace::sqs {

/// Applies a receipt handle's new visibility timeout, in seconds, with AWS's checks. As on AWS, a message
/// that is visible again is left alone without an error. Errors: ReceiptHandleIsInvalid,
/// InvalidParameterValue.
[[nodiscard]] aws::Outcome<void> change_visibility(Queue& queue, const std::string& receipt_handle,
                                                   std::int32_t timeout);

}  // namespace millrace::sqs
