#include "services/cloudformation/deployment/restore.h"

#include <algorithm>
#include <utility>

namespace millrace::cloudformation {

Restore::Restore(const DeploymentContext& context, std::string uuid)
    : Phase(context, std::move(uuid)), discarded_(stack().discarded) {
    Dependencies needs;
    for (const auto& [logical_id, resource] : stack().good_state().resources)
        needs[logical_id] = resource.depends_on;
    for (const auto& [logical_id, resource] : stack().resources) needs.try_emplace(logical_id);
    wave_ = Wave(std::move(needs));
}

void Restore::begin(const std::string& name, Step& step) {
    const StackResources& before = stack().good_state().resources;
    StackResource current = stack().resources.contains(name) ? stack().resources.at(name) : before.at(name);
    const auto found = before.find(name);
    if (found == before.end()) {
        step.change.resources[name] = std::nullopt;
        discard_made(std::move(current), step);
        return wave_.finished(name);
    }
    const StackResource& target = found->second;
    take_back(target, step);
    const StackResource* replaced = find_replaced(current);
    if (replaced != nullptr) {
        const StackResource attempt = std::exchange(current, *replaced);
        const bool cut_off = attempt.status == ResourceStatus::kUpdateInProgress;
        if (auto made = cut_off ? find_unheard(context_, stack().header, attempt) : std::nullopt)
            discard(std::move(*made), step);
    }
    if (target.physical_id.empty()) {  // it never was
        discard_made(std::move(current), step);
        return put_back(target, false, step);
    }
    if (current.physical_id != target.physical_id) {
        discard(current, step);
        return put_back(target, true, step);
    }
    if (stack().header.skipped.contains(name)) return put_back(target, true, step);
    const ports::ResourceTypeModel* model = context_.providers.types().find(target.type);
    const boost::json::object present = assumed_properties(current, target.properties);
    const auto changed = model == nullptr ? std::vector<ChangedProperty>()
                                          : changed_properties(*model, present, target.properties);
    const bool follows = model != nullptr && model->follows_updates;
    // Its service refused to begin.
    const bool refused = current.status == ResourceStatus::kUpdateFailed &&
                         target.status != ResourceStatus::kUpdateFailed && changed.empty() && !follows;
    if (refused) return put_back(target, true, step);
    const bool touched = current.status == ResourceStatus::kUpdateInProgress ||
                         current.status == ResourceStatus::kUpdateFailed || !changed.empty();
    const bool followed = follows && current.updated != target.updated;
    if ((!touched && !followed) || model == nullptr) return put_back(target, replaced != nullptr, step);
    if (std::ranges::any_of(changed, &ChangedProperty::replaces)) return put_back(target, true, step);

    StackResource working = current;
    working.properties = present;
    record(step, working, ResourceStatus::kUpdateInProgress);
    step.calls.push_back([this, target, working]() mutable {
        auto request = request_for(target);
        request.rolls_back = true;
        auto answered = when_answered<MakingOutcome>(
            [this, target, working](MakingOutcome outcome) { updated(target, working, std::move(outcome)); });
        context_.providers.find(target.type)
            ->update(std::move(request), target.physical_id, working.properties, std::move(answered));
    });
}

const StackResource* Restore::find_replaced(const StackResource& current) const {
    const bool unfinished = current.status == ResourceStatus::kUpdateInProgress ||
                            current.status == ResourceStatus::kUpdateFailed;
    if (!unfinished || !stack().before) return nullptr;
    const StackResources& before = stack().before->resources;
    const auto found = before.find(current.logical_id);
    const bool replaces = found != before.end() && found->second.generated_name != current.generated_name;
    return replaces ? &found->second : nullptr;
}

void Restore::put_back(const StackResource& target, bool visible, Step& step) {
    StackResource resource = target;
    if (visible && resource.status != ResourceStatus::kCreateFailed) {
        record(step, resource, ResourceStatus::kUpdateComplete);
    } else {
        step.change.resources[resource.logical_id] = std::move(resource);
    }
    wave_.finished(target.logical_id);
}

void Restore::discard_made(StackResource current, Step& step) {
    const bool cut_off = current.physical_id.empty() && current.status == ResourceStatus::kCreateInProgress;
    if (cut_off) {
        auto made = find_unheard(context_, stack().header, current);
        if (!made) return;
        current = std::move(*made);
    }
    if (current.physical_id.empty()) return;
    step.change.resources[current.logical_id] = current;  // until it is gone
    discard(std::move(current), step);
}

void Restore::take_back(const StackResource& target, Step& step) {
    if (target.physical_id.empty()) return;
    const auto erased = std::erase_if(discarded_, [&](const StackResource& old) {
        return old.logical_id == target.logical_id && old.physical_id == target.physical_id;
    });
    if (erased > 0) step.change.discarded = discarded_;
}

void Restore::discard(StackResource resource, Step& step) {
    if (resource.deletion_policy == RemovalPolicy::kRetainExceptOnCreate ||
        stack().header.retain_except_on_create) {
        resource.deletion_policy = RemovalPolicy::kDelete;
    }
    // A rollback that goes on after a failure, or after a crash, meets what it has put there before.
    const bool known = std::ranges::any_of(discarded_, [&resource](const StackResource& old) {
        return old.logical_id == resource.logical_id && old.physical_id == resource.physical_id;
    });
    if (!known) discarded_.push_back(std::move(resource));
    step.change.discarded = discarded_;
}

void Restore::updated(StackResource target, StackResource current, MakingOutcome outcome) {
    Step step;
    if (outcome) {
        if (outcome->physical_id != current.physical_id) discard(current, step);
        target.updated = current.updated;
        target.no_echo = outcome->no_echo;
        target.physical_id = std::move(outcome->physical_id);
        target.attributes = std::move(outcome->attributes);
        record(step, target, ResourceStatus::kUpdateComplete);
        wave_.finished(target.logical_id);
    } else {
        failures_.updated.push_back(current.logical_id);
        record(step, current, ResourceStatus::kUpdateFailed, handler_message(outcome.error()));
        wave_.abandoned(current.logical_id);
    }
    advance(std::move(step));
}

}  // namespace millrace::cloudformation
