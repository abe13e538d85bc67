#include "services/sqs/visibility_change.h"

#include <fmt/format.h>

#include "services/sqs/errors.h"
#include "services/sqs/limits.h"
#include "services/sqs/receipt_handle.h"

namespace millrace::sqs {

aws::Outcome<void> change_visibility(Queue& queue, const std::string& receipt_handle, std::int32_t timeout,
                                     std::vector<MessageNumber>& changed) {
    if (timeout < 0 || timeout > kVisibilityTimeoutMax.count()) {
        return std::unexpected(
            invalid_parameter(std::to_string(timeout), "VisibilityTimeout",
                              fmt::format("VisibilityTimeout must be an integer between 0 and {}.",
                                          kVisibilityTimeoutMax.count())));
    }
    const auto handle = parse_receipt_handle(receipt_handle);
    if (!handle || handle->log != queue.description().log) {
        return std::unexpected(malformed_receipt_handle(receipt_handle));
    }
    switch (queue.change_visibility(handle->message, handle->nonce, Seconds{timeout})) {
        case VisibilityChange::kChanged:
            changed.push_back(handle->message);
            return {};
        case VisibilityChange::kNotInFlight:
            if (!queue.attributes().is_fifo()) return {};
            [[fallthrough]];
        case VisibilityChange::kGone:
            return std::unexpected(invalid_parameter(
                receipt_handle, "ReceiptHandle",
                "Message does not exist or is not available for visibility timeout change."));
        case VisibilityChange::kBeyondLimit:
            return std::unexpected(invalid_parameter(
                std::to_string(timeout), "VisibilityTimeout",
                fmt::format("Total VisibilityTimeout for the message is beyond the limit [{} seconds]",
                            kVisibilityTimeoutMax.count())));
    }
    return {};
}

}  // namespace millrace::sqs
