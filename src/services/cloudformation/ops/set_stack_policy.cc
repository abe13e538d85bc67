#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/operations.h"
#include "services/cloudformation/ops/submission.h"

namespace millrace::cloudformation {

void set_stack_policy(Stacks& stacks, const aws::RequestContext& context,
                      api::cloudformation::SetStackPolicyInput input,
                      aws::Reply<api::cloudformation::SetStackPolicy> reply) {
    const Stack* stack = stacks.find(context.scope, input.stack_name);
    if (stack == nullptr || stack->header.status == StackStatus::kDeleteComplete) {
        return reply(std::unexpected(stack_does_not_exist(input.stack_name)));
    }
    auto policy = given_stack_policy(std::move(input.stack_policy_body), input.stack_policy_url);
    if (!policy) return reply(std::unexpected(std::move(policy.error())));
    if (!*policy) {
        return reply(std::unexpected(
            validation_error("You must specify either a StackPolicyURL or a StackPolicyBody.")));
    }
    StackChange change;
    change.settings = stack->settings_now();
    change.settings->policy = std::move(**policy);
    stacks.commit(stack->header.uuid, std::move(change),
                  [reply = std::move(reply)](aws::Outcome<void> kept) mutable {
                      if (!kept) return reply(std::unexpected(std::move(kept.error())));
                      reply(aws::Nothing{});
                  });
}

}  // namespace millrace::cloudformation
