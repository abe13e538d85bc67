#include <fmt/format.h>

#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/operations.h"

namespace millrace::cloudformation {

void cancel_update_stack(Stacks& stacks, const aws::RequestContext& context,
                         api::cloudformation::CancelUpdateStackInput input,
                         aws::Reply<api::cloudformation::CancelUpdateStack> reply) {
    const Stack* stack = stacks.find(context.scope, input.stack_name);
    if (stack == nullptr) {
        return reply(
            std::unexpected(validation_error(fmt::format("Stack [{}] does not exist", input.stack_name))));
    }
    // A crash before the rollback has begun rolls the update back too: nothing is to be written here.
    if (!stacks.cancel_update(*stack, input.client_request_token.value_or(""))) {
        return reply(std::unexpected(
            validation_error("CancelUpdateStack cannot be called from current stack status")));
    }
    reply(aws::Nothing{});
}

}  // namespace millrace::cloudformation
