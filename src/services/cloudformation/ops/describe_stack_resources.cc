#include <algorithm>
#include <fmt/format.h>

#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/description.h"
#include "services/cloudformation/ops/drift_description.h"
#include "services/cloudformation/ops/operations.h"

namespace millrace::cloudformation {

namespace {

constexpr std::size_t kResourcesShownMax = 100;

api::cloudformation::StackResource describe(const Stacks& stacks, const Stack& stack,
                                            const StackResource& resource) {
    const StackHeader& header = stack.header;
    api::cloudformation::StackResource shown;
    shown.stack_name = header.name;
    shown.stack_id = header.id;
    shown.logical_resource_id = resource.logical_id;
    shown.physical_resource_id = unless_empty(resource.physical_id);
    shown.resource_type = resource.type;
    shown.timestamp = resource.updated;
    shown.resource_status = to_string(resource.status);
    shown.resource_status_reason = unless_empty(resource.reason);
    describe_resource_drift(stacks, stack, resource, shown.drift_information.emplace());
    return shown;
}

aws::Outcome<const Stack*> stack_of(const Stacks& stacks, const aws::Scope& scope,
                                    const api::cloudformation::DescribeStackResourcesInput& input) {
    if (input.stack_name && input.physical_resource_id) {
        return std::unexpected(
            validation_error("Only one of StackName and PhysicalResourceId may be specified."));
    }
    if (input.stack_name) return stacks.require(scope, *input.stack_name);
    if (!input.physical_resource_id) {
        return std::unexpected(validation_error("Either StackName or PhysicalResourceId must be specified."));
    }
    const std::vector<const Stack*> all = stacks.store().list(scope);
    const auto owner = std::ranges::find_if(all, [&](const Stack* stack) {
        return stack->header.status != StackStatus::kDeleteComplete &&
               std::ranges::any_of(stack->resources, [&](const auto& entry) {
                   return entry.second.physical_id == *input.physical_resource_id;
               });
    });
    if (owner != all.end()) return *owner;
    return std::unexpected(
        validation_error(fmt::format("Stack for {} does not exist", *input.physical_resource_id)));
}

}  // namespace

aws::Outcome<api::cloudformation::DescribeStackResourcesOutput> describe_stack_resources(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::DescribeStackResourcesInput& input) {
    auto stack = stack_of(stacks, context.scope, input);
    if (!stack) return std::unexpected(stack.error());
    api::cloudformation::DescribeStackResourcesOutput output;
    output.stack_resources.emplace();
    for (const auto& [logical_id, resource] : (*stack)->resources) {
        if (input.logical_resource_id && *input.logical_resource_id != logical_id) continue;
        if (output.stack_resources->size() == kResourcesShownMax) break;
        output.stack_resources->push_back(describe(stacks, **stack, resource));
    }
    if (input.logical_resource_id && output.stack_resources->empty()) {
        return std::unexpected(validation_error(fmt::format(
            "Resource {} does not exist for stack {}", *input.logical_resource_id, (*stack)->header.name)));
    }
    return output;
}

}  // namespace millrace::cloudformation
