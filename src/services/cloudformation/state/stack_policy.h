#pragma once

#include <string_view>
#include <vector>

#include "base/error.h"
#include "services/cloudformation/template/plan.h"

namespace millrace::cloudformation {

/// Whether the text is a stack policy: statements with Effect, Action (or NotAction), Resource (or
/// NotResource), Principal, and a Condition on the ResourceType.
[[nodiscard]] Result<> check_stack_policy(std::string_view policy);

/// Whether the policy, which must be one, allows all changes of an update; an empty one allows everything. A
/// change is allowed by a statement that says so, unless another denies it; additions always are. The error
/// tells the first change that is not.
[[nodiscard]] Result<> apply_stack_policy(std::string_view policy, const std::vector<PlannedChange>& changes);

}  // namespace millrace::cloudformation
