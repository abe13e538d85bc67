#include <fmt/format.h>

#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/description.h"
#include "services/cloudformation/ops/drift_description.h"
#include "services/cloudformation/ops/operations.h"

namespace millrace::cloudformation {

aws::Outcome<api::cloudformation::DescribeStackResourceOutput> describe_stack_resource(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::DescribeStackResourceInput& input) {
    const Stack* stack = stacks.find(context.scope, input.stack_name);
    if (stack == nullptr) {
        return std::unexpected(validation_error(fmt::format("Stack '{}' does not exist", input.stack_name)));
    }
    const auto found = stack->resources.find(input.logical_resource_id);
    if (found == stack->resources.end()) {
        return std::unexpected(validation_error(fmt::format("Resource {} does not exist for stack {}",
                                                            input.logical_resource_id, stack->header.name)));
    }
    const StackResource& resource = found->second;
    api::cloudformation::StackResourceDetail detail;
    detail.stack_name = stack->header.name;
    detail.stack_id = stack->header.id;
    detail.logical_resource_id = resource.logical_id;
    detail.physical_resource_id = unless_empty(resource.physical_id);
    detail.resource_type = resource.type;
    detail.last_updated_timestamp = resource.updated;
    detail.resource_status = to_string(resource.status);
    detail.resource_status_reason = unless_empty(resource.reason);
    detail.metadata = resource.metadata.empty() ? "{}" : resource.metadata;
    describe_resource_drift(stacks, *stack, resource, detail.drift_information.emplace());
    return api::cloudformation::DescribeStackResourceOutput{.stack_resource_detail = std::move(detail)};
}

}  // namespace millrace::cloudformation
