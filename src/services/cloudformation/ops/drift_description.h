#pragma once

#include <string>
#include <string_view>

#include "api/cloudformation.h"
#include "services/cloudformation/stacks.h"

namespace millrace::cloudformation {

[[nodiscard]] api::cloudformation::StackResourceDrift describe_drift(const StackDrift& drift,
                                                                     const ResourceDrift& resource);

/// A stack whose drift can be looked at: nothing is at work on it, and it is whole.
[[nodiscard]] aws::Outcome<const Stack*> stack_for_detection(const Stacks& stacks, const aws::Scope& scope,
                                                             std::string_view name_or_id);

/// Into the DriftInformation of a stack, or of a resource.
template <class Information>
void describe_stack_drift(const Stacks& stacks, const Stack& stack, Information& information) {
    const StackDrift* drift = stacks.drifts().find(stack.header.uuid);
    const bool known = drift != nullptr && !drift->detection_id.empty();
    information.stack_drift_status = known ? drift->status : "NOT_CHECKED";
    if (known) information.last_check_timestamp = drift->checked;
}

template <class Information>
void describe_resource_drift(const Stacks& stacks, const Stack& stack, const StackResource& resource,
                             Information& information) {
    const StackDrift* drift = stacks.drifts().find(stack.header.uuid);
    const auto found = drift == nullptr ? std::map<std::string, ResourceDrift>::const_iterator()
                                        : drift->resources.find(resource.logical_id);
    const bool known = drift != nullptr && found != drift->resources.end();
    information.stack_resource_drift_status = known ? found->second.status : "NOT_CHECKED";
    if (known) information.last_check_timestamp = found->second.checked;
}

}  // namespace millrace::cloudformation
