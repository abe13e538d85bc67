#include <algorithm>
#include <fmt/format.h>

#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/drift_description.h"
#include "services/cloudformation/ops/operations.h"
#include "services/cloudformation/page.h"

namespace millrace::cloudformation {

aws::Outcome<api::cloudformation::DescribeStackResourceDriftsOutput> describe_stack_resource_drifts(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::DescribeStackResourceDriftsInput& input) {
    auto stack = stacks.require(context.scope, input.stack_name);
    if (!stack) return std::unexpected(stack.error());
    const StackDrift* drift = stacks.drifts().find((*stack)->header.uuid);
    api::cloudformation::DescribeStackResourceDriftsOutput output;
    if (drift == nullptr) return output;
    const auto& filters = input.stack_resource_drift_status_filters;
    std::vector<const ResourceDrift*> asked;
    for (const auto& [logical_id, resource] : drift->resources) {
        if (!filters || std::ranges::find(*filters, resource.status) != filters->end())
            asked.push_back(&resource);
    }
    const auto limit = static_cast<std::size_t>(input.max_results.value_or(static_cast<int>(kPageItems)));
    auto page =
        take_page(asked, input.next_token, [](const ResourceDrift* found) { return found->logical_id; });
    if (!page) return std::unexpected(page.error());
    if (page->items.size() > limit) {
        page->items.resize(limit);
        page->next_token = make_next_token(page->items.back()->logical_id);
    }
    for (const ResourceDrift* found : page->items)
        output.stack_resource_drifts.push_back(describe_drift(*drift, *found));
    output.next_token = page->next_token;
    return output;
}

}  // namespace millrace::cloudformation
