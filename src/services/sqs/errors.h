#pragma once

#include <string_view>

#include "aws/error.h"

namespace millrace::sqs {

// Errors whose words several operations share.

[[nodiscard]] aws::ServiceError no_such_queue();
[[nodiscard]] aws::ServiceError unknown_attribute(std::string_view name);
[[nodiscard]] aws::ServiceError invalid_attribute(std::string_view name);
[[nodiscard]] aws::ServiceError malformed_receipt_handle(std::string_view handle);
/// A FIFO queue takes a receipt handle only while its receive lasts.
[[nodiscard]] aws::ServiceError expired_receipt_handle(std::string_view handle);

/// The parameter is there but empty, which AWS takes for missing.
[[nodiscard]] aws::ServiceError missing_parameter(std::string_view name);

/// Of an entry of SendMessageBatch, by its place from 1 on.
[[nodiscard]] aws::ServiceError empty_body_in_batch(std::size_t place);

/// "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: ..."
[[nodiscard]] aws::ServiceError invalid_parameter(std::string_view value, std::string_view parameter,
                                                  std::string_view reason);
[[nodiscard]] aws::ServiceError invalid_parameter(std::string_view message);

}  // namespace millrace::sqs
