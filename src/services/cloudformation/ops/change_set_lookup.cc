#include "services/cloudformation/ops/change_set_lookup.h"

#include <fmt/format.h>

#include "api/cloudformation.h"
#include "services/cloudformation/errors.h"

namespace millrace::cloudformation {

aws::Outcome<FoundChangeSet> find_change_set(const Stacks& stacks, const aws::Scope& scope,
                                             const std::string& name_or_id,
                                             const std::optional<std::string>& stack_name) {
    const bool by_id = name_or_id.starts_with("arn:");
    std::vector<const Stack*> candidates;
    if (stack_name) {
        const Stack* stack = stacks.find(scope, *stack_name);
        if (stack == nullptr) {
            return std::unexpected(stack_does_not_exist(*stack_name));
        }
        candidates.push_back(stack);
    } else if (by_id) {
        candidates = stacks.store().list(scope);
    } else {
        return std::unexpected(
            validation_error("StackName must be specified if ChangeSetName is not specified as an ARN."));
    }
    for (const Stack* stack : candidates) {
        for (const auto& [uuid, change_set] : stack->change_sets) {
            if ((by_id ? change_set.id : change_set.name) == name_or_id)
                return FoundChangeSet{stack, &change_set};
        }
    }
    return std::unexpected(api::cloudformation::change_set_not_found_exception(
        fmt::format("ChangeSet [{}] does not exist", name_or_id)));
}

}  // namespace millrace::cloudformation
