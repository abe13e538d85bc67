#include "services/cloudformation/deployment/removal.h"

#include <fmt/format.h>

namespace millrace::cloudformation {

Removal::Removal(const DeploymentContext& context, std::string uuid, Purpose purpose)
    : Phase(context, std::move(uuid)), purpose_(purpose) {
    for (std::size_t i = 0; i < stack().discarded.size(); ++i) {
        const StackResource& resource = stack().discarded[i];
        if (purpose != Purpose::kCleanup && is_current(resource)) continue;
        items_.emplace(fmt::format("{}#{}", resource.logical_id, i), Item{resource, true});
    }
    if (purpose != Purpose::kCleanup) {
        for (const auto& [logical_id, resource] : stack().resources) {
            const bool gone = resource.status == ResourceStatus::kDeleteComplete ||
                              resource.status == ResourceStatus::kDeleteSkipped;
            if (!gone) items_.emplace(logical_id, Item{resource, false});
        }
    }
    Dependencies needs;
    for (const auto& [name, item] : items_) {
        needs[name];
        for (const auto& [other_name, other] : items_) {
            if (name != other_name && other.resource.depends_on.contains(item.resource.logical_id)) {
                needs[name].insert(other_name);
            }
        }
    }
    wave_ = Wave(std::move(needs));
}

void Removal::begin(const std::string& name, Step& step) {
    Item& item = items_.at(name);
    StackResource& resource = item.resource;
    const bool never_was = resource.physical_id.empty() && resource.status == ResourceStatus::kCreateFailed;
    if (never_was || is_skipped(resource)) return conclude(name, ResourceStatus::kDeleteComplete, {}, step);
    if (is_retained(resource)) return conclude(name, ResourceStatus::kDeleteSkipped, {}, step);

    if (resource.physical_id.empty()) {
        // A crash swallowed the answer that told it.
        auto made = find_unheard(context_, stack().header, resource);
        if (!made) return conclude(name, ResourceStatus::kDeleteComplete, {}, step);
        resource = std::move(*made);
    }
    const bool resumes = context_.providers.resumes(resource.type);
    if (!resumes || resource.status != ResourceStatus::kDeleteInProgress) {
        resource.status = ResourceStatus::kDeleteInProgress;
        resource.reason.clear();
        resource.updated = next_time(resource);
        show(item, step);
        if (item.discarded && resumes) step.change.discarded = left_discarded();
    }
    step.calls.push_back([this, name] {
        const StackResource& leaving = items_.at(name).resource;
        auto request = request_for(leaving);
        auto answered = when_answered<aws::Outcome<void>>(
            [this, name](aws::Outcome<void> outcome) { removed(name, std::move(outcome)); });
        ports::ResourceProvider* provider = context_.providers.find(leaving.type);
        if (provider == nullptr) {
            return answered(
                std::unexpected(aws::ServiceError{"InvalidRequest", leaving.type + " is not offered"}));
        }
        provider->remove(std::move(request), leaving.physical_id, std::move(answered));
    });
}

void Removal::removed(const std::string& name, aws::Outcome<void> outcome) {
    Step step;
    if (outcome) {
        conclude(name, ResourceStatus::kDeleteComplete, {}, step);
    } else {
        conclude(name, ResourceStatus::kDeleteFailed, handler_message(outcome.error()), step);
    }
    advance(std::move(step));
}

void Removal::conclude(const std::string& name, ResourceStatus status, std::string reason, Step& step) {
    Item item = items_.at(name);
    item.resource.status = status;
    item.resource.reason = std::move(reason);
    item.resource.updated = context_.clock.now();
    show(item, step);

    const bool failed = status == ResourceStatus::kDeleteFailed && purpose_ != Purpose::kCleanup;
    if (failed) {
        failures_.removed.push_back(item.resource.logical_id);
        items_.at(name) = std::move(item);
        return wave_.abandoned(name);
    }
    left_some_ |= status == ResourceStatus::kDeleteFailed;
    wave_.finished(name);
    items_.erase(name);
    if (!item.discarded) return;
    if (context_.providers.resumes(item.resource.type)) step.change.discarded = left_discarded();
    if (is_current(item.resource)) step.change.resources[item.resource.logical_id] = std::nullopt;
}

bool Removal::is_current(const StackResource& resource) const {
    const auto current = stack().resources.find(resource.logical_id);
    return current != stack().resources.end() && !resource.physical_id.empty() &&
           current->second.physical_id == resource.physical_id;
}

void Removal::show(const Item& item, Step& step) {
    tell(step, item.resource);
    if (!item.discarded || is_current(item.resource))
        step.change.resources[item.resource.logical_id] = item.resource;
}

std::vector<StackResource> Removal::left_discarded() const {
    std::vector<StackResource> left;
    for (const auto& [name, item] : items_) {
        if (item.discarded) left.push_back(item.resource);
    }
    return left;
}

bool Removal::is_retained(const StackResource& resource) const {
    if (purpose_ == Purpose::kDeletion && stack().header.retained.contains(resource.logical_id)) return true;
    const bool rollback = purpose_ == Purpose::kRollback;
    if (resource.deletion_policy == RemovalPolicy::kRetain)
        return !(rollback && stack().header.retain_except_on_create);
    return resource.deletion_policy == RemovalPolicy::kRetainExceptOnCreate && !rollback;
}

}  // namespace millrace::cloudformation
