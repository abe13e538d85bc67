#include <fmt/format.h>

#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/operations.h"

namespace millrace::cloudformation {

void update_termination_protection(Stacks& stacks, const aws::RequestContext& context,
                                   api::cloudformation::UpdateTerminationProtectionInput input,
                                   aws::Reply<api::cloudformation::UpdateTerminationProtection> reply) {
    auto stack = stacks.require(context.scope, input.stack_name);
    if (!stack) return reply(std::unexpected(std::move(stack.error())));
    const StackHeader& header = (*stack)->header;
    if (header.status == StackStatus::kDeleteInProgress || header.status == StackStatus::kDeleteComplete) {
        return reply(std::unexpected(validation_error(
            fmt::format("Stack [{}] is in {} state: its termination protection cannot be changed", header.id,
                        to_string(header.status)))));
    }
    StackChange change;
    change.settings = (*stack)->settings_now();
    change.settings->termination_protection = input.enable_termination_protection;
    stacks.commit(
        header.uuid, std::move(change),
        [id = header.id, reply = std::move(reply)](aws::Outcome<void> kept) mutable {
            if (!kept) return reply(std::unexpected(std::move(kept.error())));
            reply(api::cloudformation::UpdateTerminationProtectionOutput{.stack_id = std::move(id)});
        });
}

}  // namespace millrace::cloudformation
