#include <fmt/format.h>

#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/operations.h"
#include "services/cloudformation/ops/request_token.h"
#include "services/cloudformation/ops/submission.h"
#include "services/cloudformation/state/exports.h"

namespace millrace::cloudformation {

namespace {

aws::Outcome<void> check_request(const Stacks& stacks, const Stack& stack,
                                 const api::cloudformation::DeleteStackInput& input) {
    const StackHeader& header = stack.header;
    if (input.deletion_mode == "FORCE_DELETE_STACK") {
        return std::unexpected(not_offered("DeletionMode FORCE_DELETE_STACK"));
    }
    if (stack.settings_now().termination_protection) {
        return std::unexpected(validation_error(
            fmt::format("Stack [{}] cannot be deleted while TerminationProtection is enabled", header.name)));
    }
    if (input.retain_resources && !input.retain_resources->empty()) {
        if (header.status != StackStatus::kDeleteFailed) {
            return std::unexpected(validation_error(fmt::format(
                "Invalid operation on stack [{}]. When you delete a stack, specify which resources to "
                "retain only when the stack is in the DELETE_FAILED state.",
                header.id)));
        }
        for (const std::string& logical_id : *input.retain_resources) {
            if (stack.resources.contains(logical_id)) continue;
            return std::unexpected(validation_error(fmt::format(
                "The following resources do not exist in stack {}: [{}]", header.name, logical_id)));
        }
    }
    const bool creates = header.status == StackStatus::kCreateInProgress;
    if (!creates && (in_progress(header.status) || stacks.is_busy(stack)))
        return std::unexpected(stack_cannot_be_deleted(header.id, to_string(header.status)));
    return {};
}

/// A deletion that ends where it began.
StackChange cancelled_deletion(const Stack& stack, StackHeader header, std::string reason, WallTime now) {
    StackChange change = user_initiated(header, StackStatus::kDeleteInProgress, now);
    header.status = stack.header.status;
    header.reason = std::move(reason);
    change.events.push_back(stack_event(header, now));
    change.header = std::move(header);
    return change;
}

}  // namespace

void delete_stack(Stacks& stacks, const aws::RequestContext& context,
                  api::cloudformation::DeleteStackInput input,
                  aws::Reply<api::cloudformation::DeleteStack> reply) {
    const Stack* stack = stacks.find(context.scope, input.stack_name);
    // Deleting what is gone, or on its way, succeeds.
    if (stack == nullptr || stack->header.status == StackStatus::kDeleteComplete ||
        stack->header.status == StackStatus::kDeleteInProgress) {
        return reply(aws::Nothing{});
    }
    RequestToken token = request_token<api::cloudformation::DeleteStack>(input);
    const auto repeated = is_repeated(*stack, token);
    if (!repeated) return reply(std::unexpected(repeated.error()));
    if (*repeated) return reply(aws::Nothing{});
    if (auto allowed = check_request(stacks, *stack, input); !allowed) {
        return reply(std::unexpected(std::move(allowed.error())));
    }
    StackHeader header = stack->header;
    header.retained.clear();
    if (input.retain_resources)
        header.retained.insert(input.retain_resources->begin(), input.retain_resources->end());
    header.token = std::move(token);
    auto answer = [reply = std::move(reply)](aws::Outcome<void> begun) mutable {
        if (!begun) return reply(std::unexpected(std::move(begun.error())));
        reply(aws::Nothing{});
    };
    if (header.status == StackStatus::kCreateInProgress)
        return stacks.delete_creation(*stack, header.token, std::move(answer));
    const std::string uuid = header.uuid;
    if (auto unused = check_deletion(stacks.store(), header); !unused) {
        return stacks.commit(
            uuid,
            cancelled_deletion(*stack, std::move(header), std::move(unused.error().message), stacks.now()),
            std::move(answer));
    }
    stacks.begin(uuid, user_initiated(std::move(header), StackStatus::kDeleteInProgress, stacks.now()),
                 std::move(answer));
}

}  // namespace millrace::cloudformation
