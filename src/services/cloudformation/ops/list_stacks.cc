#include <algorithm>

#include "services/cloudformation/ops/description.h"
#include "services/cloudformation/ops/drift_description.h"
#include "services/cloudformation/ops/operations.h"
#include "services/cloudformation/page.h"

namespace millrace::cloudformation {

aws::Outcome<api::cloudformation::ListStacksOutput> list_stacks(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::ListStacksInput& input) {
    std::vector<const Stack*> all = stacks.store().list(context.scope);
    if (input.stack_status_filter && !input.stack_status_filter->empty()) {
        const std::vector<std::string>& wanted = *input.stack_status_filter;
        std::erase_if(all, [&](const Stack* stack) {
            return std::ranges::find(wanted, to_string(stack->header.status)) == wanted.end();
        });
    }
    auto page = take_page(all, input.next_token, [](const Stack* stack) { return stack->header.uuid; });
    if (!page) return std::unexpected(page.error());
    api::cloudformation::ListStacksOutput output;
    output.stack_summaries.emplace();
    for (const Stack* stack : page->items) {
        const StackHeader& header = stack->header;
        api::cloudformation::StackSummary summary;
        summary.stack_id = header.id;
        summary.parent_id = unless_empty(header.parent_id);
        summary.root_id = unless_empty(header.root_id);
        summary.stack_name = header.name;
        summary.template_description = unless_empty(header.blueprint.description);
        summary.creation_time = header.created;
        summary.last_updated_time = header.updated;
        summary.deletion_time = header.deleted;
        summary.stack_status = to_string(header.status);
        summary.stack_status_reason = unless_empty(header.reason);
        describe_stack_drift(stacks, *stack, summary.drift_information.emplace());
        output.stack_summaries->push_back(std::move(summary));
    }
    output.next_token = page->next_token;
    return output;
}

}  // namespace millrace::cloudformation
