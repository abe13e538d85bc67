#include "services/cloudformation/ops/description.h"
#include "services/cloudformation/ops/drift_description.h"
#include "services/cloudformation/ops/operations.h"
#include "services/cloudformation/page.h"

namespace millrace::cloudformation {

namespace {

api::cloudformation::Stack describe(const Stacks& stacks, const Stack& stack) {
    const StackHeader& header = stack.header;
    api::cloudformation::Stack shown;
    shown.stack_id = header.id;
    shown.parent_id = unless_empty(header.parent_id);
    shown.root_id = unless_empty(header.root_id);
    shown.stack_name = header.name;
    shown.change_set_id = unless_empty(header.change_set_id);
    shown.description = unless_empty(header.blueprint.description);
    shown.parameters = unless_empty(describe_parameters(header.blueprint));
    shown.creation_time = header.created;
    shown.deletion_time = header.deleted;
    shown.last_updated_time = header.updated;
    shown.rollback_configuration.emplace();
    shown.stack_status = to_string(header.status);
    shown.stack_status_reason = unless_empty(header.reason);
    shown.disable_rollback = header.on_failure == OnFailure::kDoNothing;
    shown.notification_arns.emplace();
    if (header.retain_except_on_create) shown.retain_except_on_create = true;
    if (header.timeout_minutes > 0) shown.timeout_in_minutes = header.timeout_minutes;
    shown.capabilities = unless_empty(header.blueprint.capabilities);
    if (!header.outputs.empty()) shown.outputs.emplace();
    for (const Output& output : header.outputs) {
        shown.outputs->push_back({.output_key = output.name,
                                  .output_value = output.value,
                                  .description = unless_empty(output.description),
                                  .export_name = unless_empty(output.export_name)});
    }
    shown.role_arn = unless_empty(header.blueprint.role_arn);
    shown.tags = describe_tags(header.blueprint);
    if (header.status != StackStatus::kDeleteComplete)
        shown.enable_termination_protection = stack.settings_now().termination_protection;
    describe_stack_drift(stacks, stack, shown.drift_information.emplace());
    return shown;
}

}  // namespace

aws::Outcome<api::cloudformation::DescribeStacksOutput> describe_stacks(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::DescribeStacksInput& input) {
    api::cloudformation::DescribeStacksOutput output;
    output.stacks.emplace();
    if (input.stack_name) {
        auto stack = stacks.require(context.scope, *input.stack_name);
        if (!stack) return std::unexpected(stack.error());
        output.stacks->push_back(describe(stacks, **stack));
        return output;
    }
    std::vector<const Stack*> all = stacks.store().list(context.scope);
    std::erase_if(all,
                  [](const Stack* stack) { return stack->header.status == StackStatus::kDeleteComplete; });
    auto page = take_page(all, input.next_token, [](const Stack* stack) { return stack->header.uuid; });
    if (!page) return std::unexpected(page.error());
    for (const Stack* stack : page->items) output.stacks->push_back(describe(stacks, *stack));
    output.next_token = page->next_token;
    return output;
}

}  // namespace millrace::cloudformation
