#pragma once

#include <map>
#include <string>
#include <string_view>

#include "api/sqs.h"
#include "aws/error.h"
#include "services/sqs/record.h"

namespace millrace::sqs {

/// The message attributes of a send, after AWS's rules: at most 10; names of letters, digits, '_', '-', '.',
/// not AWS's own; types String, Number or Binary with an optional suffix; values that fit their type. Errors:
/// InvalidParameterValue, UnsupportedOperation (list values).
[[nodiscard]] aws::Outcome<MessageAttributes> checked_attributes(
    std::map<std::string, api::sqs::MessageAttributeValue> attributes);

/// 1 to 128 letters, digits and punctuation: MessageGroupId, MessageDeduplicationId, ReceiveRequestAttemptId.
/// Errors: InvalidParameterValue naming the parameter.
[[nodiscard]] aws::Outcome<void> check_id(std::string_view parameter, std::string_view text);

}  // namespace millrace::sqs
