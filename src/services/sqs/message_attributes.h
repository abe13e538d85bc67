#pragma once

#include <span>
#include <string>
#include <string_view>

#include "services/sqs/record.h"

namespace millrace::sqs {

/// Is the value bytes rather than text? "Binary" and its custom types, "Binary.png".
[[nodiscard]] bool is_binary(const MessageAttribute& attribute);

/// AWS's digest over name, type and value of all attributes in name order; 32 hex digits, empty for no
/// attributes.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
[[nodiscard]] std::string attributes_md5(const MessageAttributes& attributes);

/// Does a receive that asks for these names ("All", ".*", "prefix.*", or a name) want the attribute?
[[nodiscard]] bool wants_attribute(std::span<const std::string> names, std::string_view attribute);

}  // namespace millrace::sqs
