#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/error.h"
#include "services/sqs/queue_description.h"

namespace millrace::sqs {

// Statements of a queue's Policy, as AddPermission and RemovePermission write them.

inline constexpr std::size_t kLabelCharactersMax = 80;
inline constexpr std::size_t kPermissionActionsMax = 7;

struct Permission {
    std::string label;
    std::vector<std::string> accounts;
    std::vector<std::string> actions;  ///< "SendMessage", or "*"
};

/// The queue's policy with the permission added. Errors: InvalidParameterValue, MissingParameter, OverLimit.
[[nodiscard]] aws::Outcome<std::string> policy_with(const QueueDescription& queue,
                                                    const Permission& permission);

/// The queue's policy without the statement of that label; empty when no other is left. Errors:
/// InvalidParameterValue.
[[nodiscard]] aws::Outcome<std::string> policy_without(const QueueDescription& queue, std::string_view label);

}  // namespace millrace::sqs
