#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "services/sqs/record.h"
#include "storage/log_store.h"

namespace millrace::sqs {

/// What a receipt handle says: this receive of that message. The log id stands for the incarnation of the
/// queue, so a handle from a deleted queue of the same name is none of the new one's.
struct ReceiptHandle {
    storage::LogId log{};
    MessageNumber message{};
    std::uint32_t nonce = 0;
    friend bool operator==(const ReceiptHandle&, const ReceiptHandle&) = default;
};

/// Opaque base64. Valid for as long as the message is, also after a restart.
[[nodiscard]] std::string encode_receipt_handle(const ReceiptHandle& handle);

/// Empty for everything that encode_receipt_handle() did not make; a checksum tells.
[[nodiscard]] std::optional<ReceiptHandle> parse_receipt_handle(std::string_view text);

}  // namespace millrace::sqs
