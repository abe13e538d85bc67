#include <fmt/format.h>

#include "services/cloudformation/errors.h"
#include "services/cloudformation/nested/nested_change_sets.h"
#include "services/cloudformation/ops/change_set_lookup.h"
#include "services/cloudformation/ops/operations.h"
#include "services/cloudformation/ops/request_token.h"
#include "services/cloudformation/state/stack_policy.h"

namespace millrace::cloudformation {

namespace {

/// The stack's operation begins, and its other change sets, made for what it was, go.
StackChange execution_of(const Stack& stack, const ChangeSet& change_set, RollbackOptions rollback,
                         RequestToken token, WallTime now) {
    StackChange change;
    if (change_set.creates) {
        StackHeader header = stack.header;
        header.blueprint = change_set.blueprint;
        header.on_failure = rollback.disabled ? OnFailure::kDoNothing : change_set.on_failure;
        header.retain_except_on_create = rollback.retain_except_on_create;
        header.token = std::move(token);
        header.updated = now;
        change = creation_of(std::move(header), now);
    } else {
        rollback.disabled |= change_set.on_failure == OnFailure::kDoNothing;
        change = update_of(stack, change_set.blueprint, rollback, std::move(token), now);
    }
    change.header->change_set_id = change_set.id;
    for (const auto& entry : stack.change_sets) change.change_sets[entry.first] = std::nullopt;
    ChangeSet executed = change_set;
    executed.execution_status = "EXECUTE_IN_PROGRESS";
    change.change_sets[executed.uuid] = std::move(executed);
    return change;
}

}  // namespace

void execute_change_set(Stacks& stacks, const aws::RequestContext& context,
                        api::cloudformation::ExecuteChangeSetInput input,
                        aws::Reply<api::cloudformation::ExecuteChangeSet> reply) {
    auto found = find_change_set(stacks, context.scope, input.change_set_name, input.stack_name);
    if (!found) return reply(std::unexpected(std::move(found.error())));
    const Stack& stack = *found->stack;
    const ChangeSet& change_set = *found->change_set;
    RequestToken token = request_token<api::cloudformation::ExecuteChangeSet>(input);
    const auto repeated = is_repeated(stack, token);
    if (!repeated) return reply(std::unexpected(repeated.error()));
    if (*repeated) return reply(api::cloudformation::ExecuteChangeSetOutput{});
    if (change_set.execution_status != "AVAILABLE") {
        const std::string& status =
            change_set.status == "FAILED" ? change_set.status : change_set.execution_status;
        return reply(std::unexpected(api::cloudformation::invalid_change_set_status_exception(fmt::format(
            "ChangeSet [{}] cannot be executed in its current status of [{}]", change_set.id, status))));
    }
    const bool fits = change_set.creates ? stack.header.status == StackStatus::kReviewInProgress
                                         : can_update(stack.header.status);
    if (!fits || stacks.is_busy(stack)) {
        return reply(
            std::unexpected(validation_error(fmt::format("Stack:{} is in {} state and can not be updated.",
                                                         stack.header.id, to_string(stack.header.status)))));
    }
    if (!change_set.root_id.empty()) {
        return reply(std::unexpected(api::cloudformation::invalid_change_set_status_exception(fmt::format(
            "ChangeSet [{}] belongs to [{}] and is executed with it", change_set.id, change_set.root_id))));
    }
    if (has_nested(stacks, context.scope, change_set.id)) {
        // They told what would happen; what happens begins with the root.
        return remove_nested(stacks, context.scope, change_set.id,
                             [&stacks, context, input = std::move(input),
                              reply = std::move(reply)](aws::Outcome<void> gone) mutable {
                                 if (!gone) return reply(std::unexpected(std::move(gone.error())));
                                 execute_change_set(stacks, context, std::move(input), std::move(reply));
                             });
    }
    if (auto allowed = apply_stack_policy(stack.settings_now().policy, change_set.changes); !allowed) {
        return reply(std::unexpected(template_service_error(allowed.error())));
    }
    auto change = execution_of(stack, change_set,
                               {.disabled = input.disable_rollback.value_or(false),
                                .retain_except_on_create = input.retain_except_on_create.value_or(false)},
                               std::move(token), stacks.now());
    stacks.begin(stack.header.uuid, std::move(change),
                 [reply = std::move(reply)](aws::Outcome<void> begun) mutable {
                     if (!begun) return reply(std::unexpected(std::move(begun.error())));
                     reply(api::cloudformation::ExecuteChangeSetOutput{});
                 });
}

}  // namespace millrace::cloudformation
