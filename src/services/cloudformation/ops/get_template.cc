#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/change_set_lookup.h"
#include "services/cloudformation/ops/operations.h"

namespace millrace::cloudformation {

aws::Outcome<api::cloudformation::GetTemplateOutput> get_template(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::GetTemplateInput& input) {
    const bool by_id = input.change_set_name && input.change_set_name->starts_with("arn:");
    if (!input.stack_name && !by_id) {
        return std::unexpected(validation_error("StackName is a required parameter."));
    }
    const Blueprint* blueprint = nullptr;
    if (input.change_set_name) {
        auto found = find_change_set(stacks, context.scope, *input.change_set_name, input.stack_name);
        if (!found) return std::unexpected(found.error());
        blueprint = &found->change_set->blueprint;
    } else {
        auto stack = stacks.require(context.scope, *input.stack_name);
        if (!stack) return std::unexpected(stack.error());
        blueprint = &(*stack)->header.blueprint;
    }
    return api::cloudformation::GetTemplateOutput{
        .template_body =
            input.template_stage == "Original" ? blueprint->template_body : blueprint->deployed_body(),
        .stages_available = std::vector<std::string>{"Original", "Processed"}};
}

}  // namespace millrace::cloudformation
