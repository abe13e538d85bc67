#include <algorithm>
#include <fmt/format.h>

#include "services/cloudformation/errors.h"
#include "services/cloudformation/nested/nested_change_sets.h"
#include "services/cloudformation/ops/operations.h"
#include "services/cloudformation/ops/submission.h"

namespace millrace::cloudformation {

namespace {

constexpr std::string_view kNoChanges =
    "The submitted information didn't contain changes. Submit different information to create a change set.";

aws::Outcome<void> check_members(const api::cloudformation::CreateChangeSetInput& input) {
    if (const auto member = unhonoured_member(input)) return std::unexpected(not_offered(*member));
    if (input.change_set_type == "IMPORT" ||
        (input.resources_to_import && !input.resources_to_import->empty())) {
        return std::unexpected(not_offered("Importing resources"));
    }
    if (input.deployment_mode) return std::unexpected(not_offered("DeploymentMode"));
    return {};
}

/// Whether the change set fits the stack as it is: CREATE needs none, or one in review; UPDATE one that can
/// be updated.
aws::Outcome<void> check_stack(const Stacks& stacks, const Stack* stack, bool creates,
                               const api::cloudformation::CreateChangeSetInput& input) {
    if (stack == nullptr) {
        if (creates) return check_stack_name(input.stack_name);
        return std::unexpected(stack_does_not_exist(input.stack_name));
    }
    const StackHeader& header = stack->header;
    if (creates) {
        if (header.status == StackStatus::kReviewInProgress) return {};
        return std::unexpected(validation_error(
            fmt::format("Stack [{}] already exists and cannot be created again with the changeSet [{}].",
                        header.name, input.change_set_name)));
    }
    if (!can_update(header.status) || stacks.is_busy(*stack)) {
        return std::unexpected(validation_error(fmt::format("Stack:{} is in {} state and can not be updated.",
                                                            header.id, to_string(header.status))));
    }
    return {};
}

bool is_executed(const ChangeSet& change_set) {
    return change_set.execution_status == "EXECUTE_COMPLETE";
}

/// One that was executed gives its name up.
const ChangeSet* named(const Stack& stack, const std::string& name) {
    const auto found = std::ranges::find_if(stack.change_sets, [&name](const auto& entry) {
        return entry.second.name == name && !is_executed(entry.second);
    });
    return found == stack.change_sets.end() ? nullptr : &found->second;
}

OnFailure on_failure_of(const api::cloudformation::CreateChangeSetInput& input) {
    if (input.on_stack_failure == "DO_NOTHING" || disables_rollback(input)) return OnFailure::kDoNothing;
    if (input.on_stack_failure == "DELETE") return OnFailure::kDelete;
    return OnFailure::kRollback;
}

ChangeSet make_change_set(const Stacks& stacks, const StackHeader& header, bool creates,
                          Submission submission, const api::cloudformation::CreateChangeSetInput& input) {
    ChangeSet change_set;
    change_set.uuid = stacks.make_uuid();
    change_set.id = make_change_set_arn(header.scope, input.change_set_name, change_set.uuid);
    change_set.name = input.change_set_name;
    change_set.description = input.description.value_or("");
    change_set.creates = creates;
    change_set.blueprint = std::move(submission.blueprint);
    change_set.changes = std::move(submission.plan.changes);
    change_set.token = input.client_token.value_or("");
    change_set.on_failure = on_failure_of(input);
    change_set.include_nested_stacks = input.include_nested_stacks.value_or(false);
    change_set.import_existing_resources = input.import_existing_resources.value_or(false);
    if (input.deployment_config) change_set.deployment_mode = input.deployment_config->mode.value_or("");
    change_set.created = stacks.now();
    return change_set;
}

/// Gives it its status, now that its changes are known.
void conclude(ChangeSet& change_set, bool changes_otherwise) {
    const bool changes = changes_otherwise || !change_set.changes.empty();
    change_set.status = changes ? "CREATE_COMPLETE" : "FAILED";
    change_set.reason = changes ? std::string() : std::string(kNoChanges);
    change_set.execution_status = changes ? "AVAILABLE" : "UNAVAILABLE";
}

/// The stack may have changed while templates of nested ones were read.
aws::Outcome<void> check_unchanged(const Stacks& stacks, const StackHeader& header,
                                   const ChangeSet& change_set) {
    const Stack* stack = stacks.store().find_uuid(header.uuid);
    if (stack == nullptr) return {};
    if (named(*stack, change_set.name) != nullptr) {
        return std::unexpected(api::cloudformation::already_exists_exception(
            fmt::format("ChangeSet {} already exists", change_set.name)));
    }
    if (stack->header.status == header.status && !stacks.is_busy(*stack)) return {};
    return std::unexpected(validation_error(fmt::format("Stack:{} is in {} state and can not be updated.",
                                                        header.id, to_string(stack->header.status))));
}

void keep(Stacks& stacks, StackHeader header, ChangeSet change_set,
          aws::Reply<api::cloudformation::CreateChangeSet> reply) {
    if (auto good = check_unchanged(stacks, header, change_set); !good)
        return reply(std::unexpected(std::move(good.error())));
    api::cloudformation::CreateChangeSetOutput output{.id = change_set.id, .stack_id = header.id};
    const std::string uuid = header.uuid;
    StackChange change;
    if (const Stack* stack = stacks.store().find_uuid(uuid)) {
        for (const auto& [old_uuid, old] : stack->change_sets) {
            if (old.name == change_set.name && is_executed(old)) change.change_sets[old_uuid] = std::nullopt;
        }
    } else {
        change = user_initiated(std::move(header), StackStatus::kReviewInProgress, stacks.now());
    }
    change.change_sets[change_set.uuid] = std::move(change_set);
    stacks.commit(uuid, std::move(change),
                  [output = std::move(output), reply = std::move(reply)](aws::Outcome<void> kept) mutable {
                      if (!kept) return reply(std::unexpected(std::move(kept.error())));
                      reply(std::move(output));
                  });
}

}  // namespace

void create_change_set(Stacks& stacks, const aws::RequestContext& context,
                       api::cloudformation::CreateChangeSetInput input,
                       aws::Reply<api::cloudformation::CreateChangeSet> reply) {
    const bool creates = input.change_set_type == "CREATE";
    if (auto checked = check_members(input); !checked)
        return reply(std::unexpected(std::move(checked.error())));
    const Stack* stack = stacks.find(context.scope, input.stack_name);
    if (stack == nullptr && stacks.is_arriving(context.scope, input.stack_name)) {
        return reply(std::unexpected(api::cloudformation::already_exists_exception(
            fmt::format("Stack [{}] already exists", input.stack_name))));
    }
    if (const ChangeSet* same = stack == nullptr ? nullptr : named(*stack, input.change_set_name)) {
        // A request that was sent again is answered again.
        if (input.client_token && same->token == *input.client_token) {
            return reply(
                api::cloudformation::CreateChangeSetOutput{.id = same->id, .stack_id = stack->header.id});
        }
    }
    if (auto checked = check_stack(stacks, stack, creates, input); !checked) {
        return reply(std::unexpected(std::move(checked.error())));
    }
    if (stack != nullptr && named(*stack, input.change_set_name) != nullptr) {
        return reply(std::unexpected(api::cloudformation::already_exists_exception(
            fmt::format("ChangeSet {} already exists", input.change_set_name))));
    }
    StackHeader header = stack == nullptr ? stacks.new_header(context, input.stack_name) : stack->header;
    SubmissionRequest request = submission_request(input);
    request.expands_freely = true;
    auto submission = prepare(stacks, header, creates ? nullptr : stack, std::move(request));
    if (!submission) return reply(std::unexpected(std::move(submission.error())));

    const bool otherwise = submission->changes_otherwise;
    ChangeSet change_set = make_change_set(stacks, header, creates, std::move(*submission), input);
    if (!change_set.include_nested_stacks) {
        conclude(change_set, otherwise);
        return keep(stacks, std::move(header), std::move(change_set), std::move(reply));
    }
    look_into_nested_stacks(
        stacks, context, std::move(change_set),
        [&stacks, header = std::move(header), otherwise,
         reply = std::move(reply)](aws::Outcome<ChangeSetTree> looked) mutable {
            if (!looked) return reply(std::unexpected(std::move(looked.error())));
            conclude(looked->change_set, otherwise);
            keep_nested(stacks, std::move(looked->nested),
                        [&stacks, header = std::move(header), change_set = std::move(looked->change_set),
                         reply = std::move(reply)](aws::Outcome<void> kept) mutable {
                            if (!kept) return reply(std::unexpected(std::move(kept.error())));
                            keep(stacks, std::move(header), std::move(change_set), std::move(reply));
                        });
        });
}

}  // namespace millrace::cloudformation
