#pragma once

#include <optional>
#include <string>

#include "aws/error.h"
#include "services/cloudformation/stacks.h"

namespace millrace::cloudformation {

struct FoundChangeSet {
    const Stack* stack;
    const ChangeSet* change_set;
};

/// By ARN, or by name together with the stack's name or id. Errors are AWS's: ChangeSetNotFound, or
/// ValidationError when the stack's name is missing or not there.
[[nodiscard]] aws::Outcome<FoundChangeSet> find_change_set(const Stacks& stacks, const aws::Scope& scope,
                                                           const std::string& name_or_id,
                                                           const std::optional<std::string>& stack_name);

}  // namespace millrace::cloudformation
