#pragma once

#include <functional>
#include <string>
#include <vector>

#include "aws/context.h"
#include "aws/error.h"
#include "services/cloudformation/stacks.h"

namespace millrace::cloudformation {

/// A change set of a nested stack.
struct NestedChangeSet {
    std::string stack_uuid;
    ChangeSet change_set;
};

/// A change set, and those of the nested stacks that it would update.
struct ChangeSetTree {
    ChangeSet change_set;
    std::vector<NestedChangeSet> nested;  ///< all levels, the innermost first
};

/// Looks into the templates of the nested stacks that the change set would update. Each that changes gets a
/// change set of its own; one that does not leaves its parent's. A nested stack that is still to be made, or
/// whose properties are known only then, is not looked into. Errors name the nested stack. May answer inside
/// the call; nothing is kept.
void look_into_nested_stacks(Stacks& stacks, const aws::RequestContext& context, ChangeSet change_set,
                             std::move_only_function<void(aws::Outcome<ChangeSetTree>)> done);

/// Keeps them, one after another.
void keep_nested(Stacks& stacks, std::vector<NestedChangeSet> nested, Stacks::Begun done);

/// Whether there are change sets that were made for the one.
[[nodiscard]] bool has_nested(const Stacks& stacks, const aws::Scope& scope, const std::string& root_id);

/// Removes all that were made for the change set.
void remove_nested(Stacks& stacks, const aws::Scope& scope, const std::string& root_id, Stacks::Begun done);

}  // namespace millrace::cloudformation
