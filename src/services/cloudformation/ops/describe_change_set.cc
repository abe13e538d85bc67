#include <algorithm>

#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/change_description.h"
#include "services/cloudformation/ops/change_set_lookup.h"
#include "services/cloudformation/ops/description.h"
#include "services/cloudformation/ops/operations.h"
#include "services/cloudformation/page.h"
#include "services/cloudformation/state/exports.h"

namespace millrace::cloudformation {

namespace {

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

/// What executing the change set would do, worked out again with all values.
aws::Outcome<Plan> plan_again(const Stacks& stacks, const Stack& stack, const ChangeSet& change_set) {
    const auto plan = [&]() -> Result<Plan> {
        const Blueprint& blueprint = change_set.blueprint;
        auto parsed = parse_template(blueprint.deployed_body());
        if (!parsed) return std::unexpected(parsed.error());
        auto environment = environment_of(*parsed, blueprint, pseudo_parameters(stack.header));
        if (!environment) return std::unexpected(environment.error());
        environment->exports = importable(stacks.store(), stack.header);
        std::set<std::string> imported;
        environment->imported = &imported;
        return make_plan(*environment, deployed_resources(stack.resources), stacks.types(),
                         stack.header.blueprint.values());
    };
    auto made = plan();
    if (!made) return std::unexpected(template_service_error(made.error()));
    return std::move(*made);
}

aws::Outcome<void> add_all_values(const Stacks& stacks, const Stack& stack, const ChangeSet& change_set,
                                  std::vector<api::cloudformation::Change>& shown) {
    const auto plan = plan_again(stacks, stack, change_set);
    if (!plan) return std::unexpected(plan.error());
    for (api::cloudformation::Change& change : shown) {
        const auto valued = std::ranges::find(plan->changes, *change.resource_change->logical_resource_id,
                                              &PlannedChange::logical_id);
        if (valued != plan->changes.end())
            add_values(change, *valued, stack.header.blueprint, change_set.blueprint);
    }
    return {};
}

}  // namespace

aws::Outcome<api::cloudformation::DescribeChangeSetOutput> describe_change_set(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::DescribeChangeSetInput& input) {
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
    output.parameters = unless_empty(describe_parameters(change_set.blueprint));
    output.creation_time = change_set.created;
    output.execution_status = change_set.execution_status;
    output.status = change_set.status;
    output.status_reason = unless_empty(change_set.reason);
    output.notification_arns.emplace();
    output.rollback_configuration.emplace();
    output.capabilities = change_set.blueprint.capabilities;
    output.tags = unless_empty(describe_tags(change_set.blueprint));
    output.changes.emplace();
    for (const PlannedChange& change : page->items) {
        output.changes->push_back(describe_change(change));
        const auto nested = change_set.nested.find(change.logical_id);
        if (nested != change_set.nested.end())
            output.changes->back().resource_change->change_set_id = nested->second;
    }
    if (input.include_property_values.value_or(false)) {
        auto added = add_all_values(stacks, *found->stack, change_set, *output.changes);
        if (!added) return std::unexpected(added.error());
    }
    output.next_token = page->next_token;
    output.parent_change_set_id = unless_empty(change_set.parent_id);
    output.root_change_set_id = unless_empty(change_set.root_id);
    output.include_nested_stacks = change_set.include_nested_stacks;
    if (change_set.import_existing_resources) output.import_existing_resources = true;
    if (!change_set.deployment_mode.empty())
        output.deployment_config = api::cloudformation::DeploymentConfig{
            .mode = change_set.deployment_mode,
            .disable_rollback = change_set.on_failure == OnFailure::kDoNothing};
    if (change_set.on_failure != OnFailure::kRollback)
        output.on_stack_failure = describe(change_set.on_failure);
    return output;
}

}  // namespace millrace::cloudformation
