#include <fmt/format.h>

#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/description.h"
#include "services/cloudformation/ops/operations.h"

namespace millrace::cloudformation {

aws::Outcome<api::cloudformation::DescribeStackDriftDetectionStatusOutput>
describe_stack_drift_detection_status(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::DescribeStackDriftDetectionStatusInput& input) {
    const StackDrift* drift = stacks.drifts().find_detection(input.stack_drift_detection_id);
    if (drift == nullptr || stacks.find(context.scope, drift->stack_id) == nullptr) {
        return std::unexpected(validation_error(
            fmt::format("Drift detection {} does not exist", input.stack_drift_detection_id)));
    }
    api::cloudformation::DescribeStackDriftDetectionStatusOutput output;
    output.stack_id = drift->stack_id;
    output.stack_drift_detection_id = drift->detection_id;
    output.stack_drift_status = drift->status;
    output.detection_status = drift->reason.empty() ? "DETECTION_COMPLETE" : "DETECTION_FAILED";
    output.detection_status_reason = unless_empty(drift->reason);
    output.drifted_stack_resource_count = drift->drifted_count();
    output.timestamp = drift->checked;
    return output;
}

}  // namespace millrace::cloudformation
