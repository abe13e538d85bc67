#include "services/cloudformation/ops/description.h"
#include "services/cloudformation/ops/drift_description.h"
#include "services/cloudformation/ops/operations.h"
#include "services/cloudformation/page.h"

namespace millrace::cloudformation {

aws::Outcome<api::cloudformation::ListStackResourcesOutput> list_stack_resources(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::ListStackResourcesInput& input) {
    auto stack = stacks.require(context.scope, input.stack_name);
    if (!stack) return std::unexpected(stack.error());
    std::vector<const StackResource*> all;
    for (const auto& entry : (*stack)->resources) all.push_back(&entry.second);
    auto page =
        take_page(all, input.next_token, [](const StackResource* resource) { return resource->logical_id; });
    if (!page) return std::unexpected(page.error());
    api::cloudformation::ListStackResourcesOutput output;
    output.stack_resource_summaries.emplace();
    for (const StackResource* resource : page->items) {
        api::cloudformation::StackResourceSummary summary;
        summary.logical_resource_id = resource->logical_id;
        summary.physical_resource_id = unless_empty(resource->physical_id);
        summary.resource_type = resource->type;
        summary.last_updated_timestamp = resource->updated;
        summary.resource_status = to_string(resource->status);
        summary.resource_status_reason = unless_empty(resource->reason);
        describe_resource_drift(stacks, **stack, *resource, summary.drift_information.emplace());
        output.stack_resource_summaries->push_back(std::move(summary));
    }
    output.next_token = page->next_token;
    return output;
}

}  // namespace millrace::cloudformation
