#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/operations.h"

namespace millrace::cloudformation {

void cancel_update_stack(Stacks& stacks, const aws::RequestContext& context,
                         api::cloudformation::CancelUpdateStackInput input,
                         aws::Reply<api::cloudformation::CancelUpdateStack> reply) {
    const Stack* stack = stacks.find(context.scope, input.stack_name);
    if (stack == nullptr) {
        return reply(std::unexpected(stack_does_not_exist(input.stack_name)));
    }
    if (!stacks.cancel_update(*stack, input.client_request_token.value_or(""))) {
        return reply(std::unexpected(
            validation_error("CancelUpdateStack cannot be called from current stack status")));
    }
    // A restart before the rollback has begun must not go on with the update.
    StackChange change;
    change.settings = stack->settings_now();
    change.settings->cancelled_update = stack->header.updated;
    change.settings->cancel_token = input.client_request_token.value_or("");
    stacks.commit(stack->header.uuid, std::move(change),
                  [reply = std::move(reply)](aws::Outcome<void> kept) mutable {
                      if (!kept) return reply(std::unexpected(std::move(kept.error())));
                      reply(aws::Nothing{});
                  });
}

}  // namespace millrace::cloudformation
