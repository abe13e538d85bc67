#include <fmt/format.h>

#include "services/cloudformation/drift/detection.h"
#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/drift_description.h"
#include "services/cloudformation/ops/operations.h"

namespace millrace::cloudformation {

void detect_stack_resource_drift(Stacks& stacks, const aws::RequestContext& context,
                                 api::cloudformation::DetectStackResourceDriftInput input,
                                 aws::Reply<api::cloudformation::DetectStackResourceDrift> reply) {
    auto stack = stack_for_detection(stacks, context.scope, input.stack_name);
    if (!stack) return reply(std::unexpected(std::move(stack.error())));
    const auto resource = (*stack)->resources.find(input.logical_resource_id);
    if (resource == (*stack)->resources.end() || resource->second.physical_id.empty()) {
        return reply(std::unexpected(validation_error(fmt::format(
            "Resource {} does not exist for stack {}", input.logical_resource_id, (*stack)->header.name))));
    }
    if (!stacks.is_readable(resource->second)) {
        return reply(std::unexpected(validation_error(
            fmt::format("Drift detection is not supported for resource type {}", resource->second.type))));
    }
    const std::string uuid = (*stack)->header.uuid;
    detect_drift(
        stacks, uuid, {input.logical_resource_id}, {},
        [&stacks, uuid, logical_id = input.logical_resource_id,
         reply = std::move(reply)](aws::Outcome<void> detected) mutable {
            if (!detected) return reply(std::unexpected(std::move(detected.error())));
            const StackDrift* drift = stacks.drifts().find(uuid);
            const bool found = drift != nullptr && drift->resources.contains(logical_id);
            if (!found) {
                return reply(std::unexpected(validation_error(
                    drift == nullptr || drift->reason.empty() ? "The resource is gone" : drift->reason)));
            }
            reply(api::cloudformation::DetectStackResourceDriftOutput{
                .stack_resource_drift = describe_drift(*drift, drift->resources.at(logical_id))});
        });
}

}  // namespace millrace::cloudformation
