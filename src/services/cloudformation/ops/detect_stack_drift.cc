#include <fmt/format.h>

#include "services/cloudformation/drift/detection.h"
#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/drift_description.h"
#include "services/cloudformation/ops/operations.h"

namespace millrace::cloudformation {

void detect_stack_drift(Stacks& stacks, const aws::RequestContext& context,
                        api::cloudformation::DetectStackDriftInput input,
                        aws::Reply<api::cloudformation::DetectStackDrift> reply) {
    auto stack = stack_for_detection(stacks, context.scope, input.stack_name);
    if (!stack) return reply(std::unexpected(std::move(stack.error())));
    std::set<std::string> wanted;
    for (std::string& logical_id : input.logical_resource_ids.value_or(std::vector<std::string>())) {
        if (!(*stack)->resources.contains(logical_id)) {
            return reply(std::unexpected(validation_error(
                fmt::format("Resource {} does not exist for stack {}", logical_id, (*stack)->header.name))));
        }
        wanted.insert(std::move(logical_id));
    }
    std::string id = stacks.make_uuid();
    detect_drift(
        stacks, (*stack)->header.uuid, std::move(wanted), id,
        [id, reply = std::move(reply)](aws::Outcome<void> detected) mutable {
            if (!detected) return reply(std::unexpected(std::move(detected.error())));
            reply(api::cloudformation::DetectStackDriftOutput{.stack_drift_detection_id = std::move(id)});
        });
}

}  // namespace millrace::cloudformation
