#include "services/cloudformation/ops/drift_description.h"

#include <fmt/format.h>

#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/description.h"

namespace millrace::cloudformation {

api::cloudformation::StackResourceDrift describe_drift(const StackDrift& drift,
                                                       const ResourceDrift& resource) {
    api::cloudformation::StackResourceDrift shown;
    shown.stack_id = drift.stack_id;
    shown.logical_resource_id = resource.logical_id;
    shown.physical_resource_id = unless_empty(resource.physical_id);
    shown.resource_type = resource.type;
    shown.expected_properties = unless_empty(resource.expected);
    shown.actual_properties = unless_empty(resource.actual);
    shown.property_differences.emplace();
    for (const PropertyDifference& difference : resource.differences) {
        shown.property_differences->push_back({.property_path = difference.path,
                                               .expected_value = difference.expected,
                                               .actual_value = difference.actual,
                                               .difference_type = difference.type});
    }
    shown.stack_resource_drift_status = resource.status;
    shown.timestamp = resource.checked;
    return shown;
}

aws::Outcome<const Stack*> stack_for_detection(const Stacks& stacks, const aws::Scope& scope,
                                               std::string_view name_or_id) {
    auto stack = stacks.require(scope, name_or_id);
    if (!stack) return stack;
    const StackStatus status = (*stack)->header.status;
    const bool whole = can_update(status) || status == StackStatus::kUpdateRollbackFailed;
    if (whole && !stacks.is_busy(**stack)) return stack;
    return std::unexpected(validation_error(
        fmt::format("Drift detection cannot be performed on stack [{}] while it is in {} state",
                    (*stack)->header.id, to_string(status))));
}

}  // namespace millrace::cloudformation
