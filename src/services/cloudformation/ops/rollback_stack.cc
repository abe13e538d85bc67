#include <fmt/format.h>

#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/operations.h"
#include "services/cloudformation/ops/request_token.h"

namespace millrace::cloudformation {

namespace {

/// A creation that failed goes altogether, also after updates that did not mend it; an update goes back to
/// where all was well.
aws::Outcome<StackStatus> rollback_of(const Stacks& stacks, const Stack& stack) {
    const StackStatus status = stack.header.status;
    const bool stays = stopped_midway(status) && !stacks.is_busy(stack);
    if (stays && (status == StackStatus::kCreateFailed || stack.header.never_well))
        return StackStatus::kRollbackInProgress;
    if (stays && stack.stable) return StackStatus::kUpdateRollbackInProgress;
    return std::unexpected(validation_error(fmt::format("Stack:{} is in {} state and can not be rolled back.",
                                                        stack.header.id, to_string(status))));
}

}  // namespace

void rollback_stack(Stacks& stacks, const aws::RequestContext& context,
                    api::cloudformation::RollbackStackInput input,
                    aws::Reply<api::cloudformation::RollbackStack> reply) {
    const Stack* stack = stacks.find(context.scope, input.stack_name);
    if (stack == nullptr) {
        return reply(std::unexpected(stack_does_not_exist(input.stack_name)));
    }
    if (input.deployment_config && input.deployment_config->disable_rollback.value_or(false))
        return reply(std::unexpected(not_offered("DisableRollback of a rollback")));
    RequestToken token = request_token<api::cloudformation::RollbackStack>(input);
    const auto repeated = is_repeated(*stack, token);
    if (!repeated) return reply(std::unexpected(repeated.error()));
    if (*repeated) return reply(api::cloudformation::RollbackStackOutput{.stack_id = stack->header.id});
    const auto status = rollback_of(stacks, *stack);
    if (!status) return reply(std::unexpected(status.error()));
    StackHeader header = stack->header;
    header.token = std::move(token);
    header.retain_except_on_create = input.retain_except_on_create.value_or(false);
    if (input.role_arn) header.blueprint.role_arn = *input.role_arn;
    header.skipped.clear();
    stacks.begin(header.uuid, user_initiated(header, *status, stacks.now()),
                 [id = header.id, reply = std::move(reply)](aws::Outcome<void> begun) mutable {
                     if (!begun) return reply(std::unexpected(std::move(begun.error())));
                     reply(api::cloudformation::RollbackStackOutput{.stack_id = std::move(id)});
                 });
}

}  // namespace millrace::cloudformation
