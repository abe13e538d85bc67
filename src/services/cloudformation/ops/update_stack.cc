#include <fmt/format.h>

#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/operations.h"
#include "services/cloudformation/ops/request_token.h"
#include "services/cloudformation/ops/submission.h"
#include "services/cloudformation/state/stack_policy.h"

namespace millrace::cloudformation {

namespace {

aws::Outcome<StackChange> update_for(const Stacks& stacks, const Stack& stack,
                                     api::cloudformation::UpdateStackInput& input, RequestToken token) {
    if (const auto member = unhonoured_member(input)) return std::unexpected(not_offered(*member));
    auto policy = given_stack_policy(std::move(input.stack_policy_body), input.stack_policy_url);
    if (!policy) return std::unexpected(policy.error());
    auto meanwhile = given_stack_policy(std::move(input.stack_policy_during_update_body),
                                        input.stack_policy_during_update_url);
    if (!meanwhile) return std::unexpected(meanwhile.error());
    if (!can_update(stack.header.status) || stacks.is_busy(stack)) {
        return std::unexpected(
            validation_error(fmt::format("Stack:{} is in {} state and can not be updated.", stack.header.id,
                                         to_string(stack.header.status))));
    }
    auto submission = prepare(stacks, stack.header, &stack, submission_request(input));
    if (!submission) return std::unexpected(submission.error());
    if (!submission->changes_anything()) {
        return std::unexpected(validation_error("No updates are to be performed."));
    }
    const StackSettings settings = stack.settings_now();
    if (auto allowed = apply_stack_policy(meanwhile->value_or(settings.policy), submission->plan.changes);
        !allowed) {
        return std::unexpected(template_service_error(allowed.error()));
    }
    StackChange change = update_of(stack, std::move(submission->blueprint),
                                   {.disabled = disables_rollback(input),
                                    .retain_except_on_create = input.retain_except_on_create.value_or(false)},
                                   std::move(token), stacks.now());
    if (*policy) change.settings.emplace(StackSettings{settings.termination_protection, std::move(**policy)});
    return change;
}

}  // namespace

void update_stack(Stacks& stacks, const aws::RequestContext& context,
                  api::cloudformation::UpdateStackInput input,
                  aws::Reply<api::cloudformation::UpdateStack> reply) {
    const Stack* stack = stacks.find(context.scope, input.stack_name);
    if (stack == nullptr) {
        return reply(std::unexpected(stack_does_not_exist(input.stack_name)));
    }
    RequestToken token = request_token<api::cloudformation::UpdateStack>(input);
    const auto repeated = is_repeated(*stack, token);
    if (!repeated) return reply(std::unexpected(repeated.error()));
    if (*repeated) return reply(api::cloudformation::UpdateStackOutput{.stack_id = stack->header.id});
    auto change = update_for(stacks, *stack, input, std::move(token));
    if (!change) return reply(std::unexpected(std::move(change.error())));
    stacks.begin(stack->header.uuid, std::move(*change),
                 [id = stack->header.id, reply = std::move(reply)](aws::Outcome<void> begun) mutable {
                     if (!begun) return reply(std::unexpected(std::move(begun.error())));
                     reply(api::cloudformation::UpdateStackOutput{.stack_id = std::move(id)});
                 });
}

}  // namespace millrace::cloudformation
