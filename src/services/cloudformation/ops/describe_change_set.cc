#include <algorithm>

#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/change_set_lookup.h"
#include "services/cloudformation/ops/description.h"
#include "services/cloudformation/ops/operations.h"
#include "services/cloudformation/page.h"

namespace millrace::cloudformation {

namespace {

std::string action_of(const PlannedChange& change) {
    switch (change.action) {
        case PlannedChange::Action::kAdd:
            return "Add";
        case PlannedChange::Action::kModify:
            return "Modify";
        case PlannedChange::Action::kRemove:
            return "Remove";
    }
    return {};
}

api::cloudformation::Change describe(const PlannedChange& change) {
    api::cloudformation::ResourceChange shown;
    shown.action = action_of(change);
    shown.logical_resource_id = change.logical_id;
    shown.physical_resource_id = unless_empty(change.physical_id);
    shown.resource_type = change.type;
    shown.scope.emplace();
    shown.details.emplace();
    if (change.action == PlannedChange::Action::kModify) {
        shown.replacement = change.replaces() ? "True" : "False";
        for (const ChangedProperty& property : change.properties) {
            // Tags are what a resource has, wherever they come from, and not a property.
            const bool tags = property.name == "Tags";
            const std::string attribute = tags ? "Tags" : "Properties";
            if (std::ranges::find(*shown.scope, attribute) == shown.scope->end())
                shown.scope->push_back(attribute);
            api::cloudformation::ResourceChangeDetail detail;
            detail.target.emplace();
            detail.target->attribute = attribute;
            if (!tags) detail.target->name = property.name;
            detail.target->requires_recreation = property.replaces ? "Always" : "Never";
            detail.evaluation = "Static";
            detail.change_source = "DirectModification";
            shown.details->push_back(std::move(detail));
        }
    }
    return {.type = "Resource", .hook_invocation_count = {}, .resource_change = std::move(shown)};
}

std::string describe(OnFailure on_failure) {
    switch (on_failure) {
        case OnFailure::kRollback:
            return "ROLLBACK";
        case OnFailure::kDelete:
            return "DELETE";
        case OnFailure::kDoNothing:
            return "DO_NOTHING";
    }
    return {};
}

}  // namespace

aws::Outcome<api::cloudformation::DescribeChangeSetOutput> describe_change_set(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::DescribeChangeSetInput& input) {
    if (input.include_property_values.value_or(false))
        return std::unexpected(not_offered("IncludePropertyValues"));
    auto found = find_change_set(stacks, context.scope, input.change_set_name, input.stack_name);
    if (!found) return std::unexpected(found.error());
    const ChangeSet& change_set = *found->change_set;
    auto page = take_page(change_set.changes, input.next_token,
                          [](const PlannedChange& change) { return change.logical_id; });
    if (!page) return std::unexpected(page.error());

    api::cloudformation::DescribeChangeSetOutput output;
    output.change_set_name = change_set.name;
    output.change_set_id = change_set.id;
    output.stack_id = found->stack->header.id;
    output.stack_name = found->stack->header.name;
    output.description = unless_empty(change_set.description);
    output.parameters = describe_parameters(change_set.blueprint);
    output.creation_time = change_set.created;
    output.execution_status = change_set.execution_status;
    output.status = change_set.status;
    output.status_reason = unless_empty(change_set.reason);
    output.notification_arns.emplace();
    output.rollback_configuration.emplace();
    output.capabilities = change_set.blueprint.capabilities;
    output.tags = describe_tags(change_set.blueprint);
    output.changes.emplace();
    for (const PlannedChange& change : page->items) output.changes->push_back(describe(change));
    output.next_token = page->next_token;
    output.include_nested_stacks = false;
    if (change_set.on_failure != OnFailure::kRollback)
        output.on_stack_failure = describe(change_set.on_failure);
    return output;
}

}  // namespace millrace::cloudformation
