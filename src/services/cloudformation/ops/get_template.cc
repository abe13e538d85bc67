#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/change_set_lookup.h"
#include "services/cloudformation/ops/operations.h"

namespace millrace::cloudformation {

aws::Outcome<api::cloudformation::GetTemplateOutput> get_template(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::GetTemplateInput& input) {
    const Blueprint* blueprint = nullptr;
    if (input.change_set_name) {
        auto found = find_change_set(stacks, context.scope, *input.change_set_name, input.stack_name);
        if (!found) return std::unexpected(found.error());
        blueprint = &found->change_set->blueprint;
    } else {
        if (!input.stack_name) {
            return std::unexpected(validation_error("Either StackName or ChangeSetName must be specified."));
        }
        auto stack = stacks.require(context.scope, *input.stack_name);
        if (!stack) return std::unexpected(stack.error());
        blueprint = &(*stack)->header.blueprint;
    }
    return api::cloudformation::GetTemplateOutput{
        .template_body = blueprint->template_body,
        .stages_available = std::vector<std::string>{"Original", "Processed"}};
}

}  // namespace millrace::cloudformation
