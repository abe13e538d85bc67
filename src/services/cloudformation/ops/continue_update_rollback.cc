#include <fmt/format.h>
#include <map>
#include <memory>
#include <set>

#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/operations.h"
#include "services/cloudformation/ops/request_token.h"

namespace millrace::cloudformation {

namespace {

bool failed(const Stack& stack, const std::string& logical_id) {
    const auto resource = stack.resources.find(logical_id);
    return resource != stack.resources.end() && resource->second.status == ResourceStatus::kUpdateFailed;
}

/// A nested stack is there to be taken back as long as it is not deleted.
bool is_nested_stack(const Stacks& stacks, const Stack& stack, const std::string& logical_id) {
    const Stack* nested = stacks.find(stack.header.scope, stack.resources.at(logical_id).physical_id);
    return nested != nullptr && nested->header.parent_id == stack.header.id &&
           !to_string(nested->header.status).starts_with("DELETE_");
}

/// What to leave as it is, by the uuid of the stack that has it.
using Skipped = std::map<std::string, std::set<std::string>>;

/// `id` is a logical id of the stack's, or "NestedStackName.LogicalId" of one in a stack below it.
aws::Outcome<void> skip(const Stacks& stacks, const Stack& stack, const std::string& id, Skipped& skipped) {
    const auto dot = id.find('.');
    const std::string logical_id = dot == std::string::npos ? id : id.substr(dot + 1);
    const Stack* owner =
        dot == std::string::npos ? &stack : stacks.find(stack.header.scope, id.substr(0, dot));
    const bool below = owner == &stack || (owner != nullptr && owner->header.root_id == stack.header.id);
    if (!below || !failed(*owner, logical_id)) {
        return std::unexpected(validation_error(
            fmt::format("Only resources in UPDATE_FAILED state can be skipped: {} is none", id)));
    }
    if (owner->header.status != StackStatus::kUpdateRollbackFailed || stacks.is_busy(*owner)) {
        return std::unexpected(validation_error(fmt::format(
            "{} cannot be skipped while stack {} is in {} state, but only in UPDATE_ROLLBACK_FAILED", id,
            owner->header.name, to_string(owner->header.status))));
    }
    if (is_nested_stack(stacks, *owner, logical_id)) {
        return std::unexpected(validation_error(fmt::format(
            "Nested stack {} can be skipped only when it is deleted. Name what failed in it, as {}.LogicalId",
            id, stacks.find(owner->header.scope, owner->resources.at(logical_id).physical_id)->header.name)));
    }
    skipped[owner->header.uuid].insert(logical_id);
    return {};
}

aws::Outcome<Skipped> check(const Stacks& stacks, const Stack& stack,
                            const api::cloudformation::ContinueUpdateRollbackInput& input) {
    if (input.force_rollback.value_or(false)) return std::unexpected(not_offered("ForceRollback"));
    if (stack.header.status != StackStatus::kUpdateRollbackFailed || stacks.is_busy(stack)) {
        return std::unexpected(validation_error(
            fmt::format("Stack:{} is in {} state and can not continue its update's rollback.",
                        stack.header.id, to_string(stack.header.status))));
    }
    Skipped skipped{{stack.header.uuid, {}}};
    if (!input.resources_to_skip) return skipped;
    for (const std::string& id : *input.resources_to_skip) {
        if (auto good = skip(stacks, stack, id, skipped); !good) return std::unexpected(good.error());
    }
    return skipped;
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
    auto skipped = check(stacks, *stack, input);
    if (!skipped) return reply(std::unexpected(std::move(skipped.error())));
    StackHeader header = stack->header;
    header.token = std::move(token);
    header.skipped = std::move(skipped->extract(header.uuid).mapped());
    // What is written first is there first: the rollback of the stack asks the nested ones.
    const auto unwritten = std::make_shared<std::optional<aws::ServiceError>>();
    for (auto& [uuid, logical_ids] : *skipped) {
        StackChange change;
        change.header = stacks.store().find_uuid(uuid)->header;
        change.header->skipped = std::move(logical_ids);
        stacks.commit(uuid, std::move(change), [unwritten](aws::Outcome<void> kept) {
            if (!kept) *unwritten = std::move(kept.error());
        });
    }
    const std::string uuid = header.uuid;
    stacks.begin(uuid,
                 user_initiated(std::move(header), StackStatus::kUpdateRollbackInProgress, stacks.now()),
                 [unwritten, reply = std::move(reply)](aws::Outcome<void> begun) mutable {
                     if (!begun) return reply(std::unexpected(std::move(begun.error())));
                     if (*unwritten) return reply(std::unexpected(std::move(**unwritten)));
                     reply(api::cloudformation::ContinueUpdateRollbackOutput{});
                 });
}

}  // namespace millrace::cloudformation
