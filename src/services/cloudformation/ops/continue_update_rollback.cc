#include <fmt/format.h>

#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/operations.h"
#include "services/cloudformation/ops/request_token.h"

namespace millrace::cloudformation {

namespace {

aws::Outcome<StackHeader> continued(const Stacks& stacks, const Stack& stack,
                                    api::cloudformation::ContinueUpdateRollbackInput& input) {
    if (input.force_rollback.value_or(false)) return std::unexpected(not_offered("ForceRollback"));
    StackHeader header = stack.header;
    if (header.status != StackStatus::kUpdateRollbackFailed || stacks.is_busy(stack)) {
        return std::unexpected(validation_error(
            fmt::format("Stack:{} is in {} state and can not continue its update's rollback.", header.id,
                        to_string(header.status))));
    }
    header.skipped.clear();
    for (std::string& logical_id : input.resources_to_skip.value_or(std::vector<std::string>())) {
        const auto resource = stack.resources.find(logical_id);
        if (resource == stack.resources.end() || resource->second.status != ResourceStatus::kUpdateFailed) {
            return std::unexpected(validation_error(
                fmt::format("Only resources in UPDATE_FAILED state can be skipped: {} is none", logical_id)));
        }
        header.skipped.insert(std::move(logical_id));
    }
    return header;
}

}  // namespace

void continue_update_rollback(Stacks& stacks, const aws::RequestContext& context,
                              api::cloudformation::ContinueUpdateRollbackInput input,
                              aws::Reply<api::cloudformation::ContinueUpdateRollback> reply) {
    const Stack* stack = stacks.find(context.scope, input.stack_name);
    if (stack == nullptr) {
        return reply(std::unexpected(stack_does_not_exist(input.stack_name)));
    }
    RequestToken token = request_token<api::cloudformation::ContinueUpdateRollback>(input);
    const auto repeated = is_repeated(*stack, token);
    if (!repeated) return reply(std::unexpected(repeated.error()));
    if (*repeated) return reply(api::cloudformation::ContinueUpdateRollbackOutput{});
    auto header = continued(stacks, *stack, input);
    if (!header) return reply(std::unexpected(std::move(header.error())));
    header->token = std::move(token);
    stacks.begin(stack->header.uuid,
                 user_initiated(std::move(*header), StackStatus::kUpdateRollbackInProgress, stacks.now()),
                 [reply = std::move(reply)](aws::Outcome<void> begun) mutable {
                     if (!begun) return reply(std::unexpected(std::move(begun.error())));
                     reply(api::cloudformation::ContinueUpdateRollbackOutput{});
                 });
}

}  // namespace millrace::cloudformation
