#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/description.h"
#include "services/cloudformation/ops/operations.h"

namespace millrace::cloudformation {

aws::Outcome<api::cloudformation::GetStackPolicyOutput> get_stack_policy(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::GetStackPolicyInput& input) {
    const Stack* stack = stacks.find(context.scope, input.stack_name);
    if (stack == nullptr) {
        return std::unexpected(stack_does_not_exist(input.stack_name));
    }
    return api::cloudformation::GetStackPolicyOutput{.stack_policy_body =
                                                         unless_empty(stack->settings_now().policy)};
}

}  // namespace millrace::cloudformation
