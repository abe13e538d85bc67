#include "services/cloudformation/deployment/staying.h"

#include <algorithm>

namespace millrace::cloudformation {

namespace {

void discard_unheard(const DeploymentContext& context, const Stack& stack, const StackResource& resource,
                     StackChange& change) {
    if (auto made = find_unheard(context, stack.header, resource))
        change.discarded->push_back(std::move(*made));
}

}  // namespace

void leave_failed_updates(const DeploymentContext& context, const Stack& stack, StackChange& change) {
    change.discarded = stack.discarded;
    for (const auto& [logical_id, old] : stack.before->resources) {
        const StackResource& current = stack.resources.at(logical_id);
        const bool cut_off = current.status == ResourceStatus::kUpdateInProgress;
        if (!cut_off && current.status != ResourceStatus::kUpdateFailed) continue;
        StackResource kept = old;
        kept.status = ResourceStatus::kUpdateFailed;
        kept.reason = current.reason;
        kept.updated = current.updated;
        kept.depends_on.insert(current.depends_on.begin(),
                               current.depends_on.end());  // it may use these by now
        const bool replaces = current.generated_name != old.generated_name;
        if (!replaces) {
            auto attempted = assumed_properties(current, old.properties);
            if (attempted != old.properties) kept.attempted = std::move(attempted);
        } else if (cut_off) {
            discard_unheard(context, stack, current, change);
        }
        change.resources[logical_id] = std::move(kept);
    }
}

void leave_unfinished(const DeploymentContext& context, const Stack& stack, StackChange& change) {
    const WallTime now = context.clock.now();
    if (!change.discarded) change.discarded = stack.discarded;
    for (const auto& [logical_id, current] : stack.resources) {
        if (!in_progress(current.status) || change.resources.contains(logical_id)) continue;
        StackResource resource = current;
        const bool creates = current.status == ResourceStatus::kCreateInProgress;
        resource.status = creates ? ResourceStatus::kCreateFailed : ResourceStatus::kUpdateFailed;
        resource.reason = creates ? "Resource creation cancelled" : "Resource update cancelled";
        if (resource.physical_id.empty()) {
            if (context.providers.resumes(resource.type))
                resource.physical_id = resource.generated_name;
            else
                discard_unheard(context, stack, current, change);
        }
        resource.updated = std::max(now, resource.updated);
        change.events.insert(change.events.end() - 1, resource_event(*change.header, resource, now));
        change.resources[logical_id] = std::move(resource);
    }
}

}  // namespace millrace::cloudformation
