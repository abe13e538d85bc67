#include "services/cloudformation/deployment/forward.h"

#include <algorithm>
#include <fmt/format.h>

#include "services/cloudformation/template/check_properties.h"

namespace millrace::cloudformation {

namespace {

constexpr const char* kCreationInitiated = "Resource creation Initiated";

/// Takes over what the template says about the resource besides its properties.
void describe_resource(StackResource& resource, const ResourceDeclaration& declared,
                       const std::set<std::string>& depends_on) {
    resource.logical_id = declared.logical_id;
    resource.type = declared.type;
    resource.depends_on = depends_on;
    resource.deletion_policy = declared.deletion_policy;
    resource.update_replace_policy = declared.update_replace_policy;
    resource.metadata = metadata_text(declared);
}

std::string skipped(const StackResource& resource) {
    const auto* source = resource.properties.if_contains("EventSourceArn");
    const bool mapping = resource.type == LenientMappings::kType && source != nullptr && source->is_string();
    return fmt::format(
        "Skipped: Millrace does not offer {}{}, and was told to go on without (--allow-unknown-types)",
        resource.type, mapping ? " of " + std::string(source->get_string()) : std::string());
}

std::unexpected<aws::ServiceError> not_offered(const std::string& type) {
    return std::unexpected(aws::ServiceError{"InvalidRequest", fmt::format("{} is not offered", type)});
}

/// Whether a property gave the resource its name.
bool is_custom_named(const StackResource& resource) {
    return std::ranges::any_of(resource.properties, [&](const auto& property) {
        const auto* text = property.value().if_string();
        return text != nullptr && !text->empty() && resource.physical_id.ends_with(std::string_view(*text));
    });
}

/// Of services that take such a creation for the same as before, and of those that refuse it.
bool keeps_name(const MakingOutcome& outcome, const StackResource& old) {
    if (outcome) return outcome->physical_id == old.physical_id;
    const std::string& words = outcome.error().message;
    const std::string name = old.physical_id.substr(old.physical_id.rfind('/') + 1);
    return words.contains("already exist") && words.contains(name) && is_custom_named(old);
}

}  // namespace

Forward::Forward(const DeploymentContext& context, std::string uuid, Environment environment,
                 Dependencies dependencies)
    : Phase(context, std::move(uuid)),
      environment_(std::move(environment)),
      dependencies_(std::move(dependencies)),
      discarded_(stack().discarded) {
    wave_ = Wave(dependencies_);
}

void Forward::give_up(std::string reason) {
    failures_.reason = std::move(reason);
    Step step;
    stop(step);
    if (!step.change.events.empty()) advance(std::move(step));
}

void Forward::stop_after_failure(Step& step) {
    if (stack().header.on_failure != OnFailure::kDoNothing) stop(step);
}

void Forward::stop(Step& step) {
    stopped_ = true;
    wave_.stop();
    for (const std::string& name : wave_.running()) {
        const ResourceDeclaration& declared = *environment_.source->find_resource(name);
        if (!context_.providers.resumes(declared.type)) continue;
        const auto current = current_of(name, step);
        if (!current || !in_progress(current->status)) continue;
        StackResource resource = *current;
        given_up_.insert(name);
        wave_.abandoned(name);
        if (resource.status == ResourceStatus::kCreateInProgress) {
            if (resource.physical_id.empty())
                resource.physical_id = resource.generated_name;  // it may be there soon, and is to be removed
            failures_.created.push_back(name);
            record(step, resource, ResourceStatus::kCreateFailed, "Resource creation cancelled");
        } else {
            failures_.updated.push_back(name);
            record(step, resource, ResourceStatus::kUpdateFailed, "Resource update cancelled");
        }
    }
}

void Forward::begin(const std::string& name, Step& step) {
    const ResourceDeclaration& declared = *environment_.source->find_resource(name);
    const auto existing = stack().resources.find(name);
    if (existing != stack().resources.end() && in_progress(existing->second.status))
        return repeat(existing->second, step);
    const bool recorded = existing != stack().resources.end() && !existing->second.physical_id.empty();
    // Only its name is known: it may have been made, or not.
    const bool uncertain = recorded && existing->second.status == ResourceStatus::kCreateFailed &&
                           existing->second.physical_id == existing->second.generated_name;
    const bool exists = recorded && !uncertain;
    StackResource resource = exists ? existing->second : StackResource();
    describe_resource(resource, declared, dependencies_[name]);
    if (uncertain) discard(existing->second, resource, step);

    if (const StackResource* lost = find_unheard(name)) return remove_unheard(*lost, step);
    const ports::ResourceTypeModel* model = context_.providers.types().find(declared.type);
    auto properties = evaluate_properties(declared, model, environment_);
    if (properties) {
        if (auto checked = check_properties(declared, *properties, context_.providers.types()); !checked)
            properties = std::unexpected(checked.error());
    }
    if (!properties || model == nullptr) {
        std::string reason = properties ? declared.type + " is not offered" : properties.error().message;
        return exists ? fail_update(std::move(resource), std::move(reason), step)
                      : fail_creation(std::move(resource), std::move(reason), step);
    }
    if (!exists) {
        resource.properties = std::move(*properties);
        return begin_create(std::move(resource), step);
    }
    resource.properties = assumed_properties(resource, *properties);
    const auto changed = changed_properties(*model, resource.properties, *properties);
    if (std::ranges::any_of(changed, &ChangedProperty::replaces)) {
        return begin_replacement(std::move(resource), std::move(*properties), step);
    }
    const bool unfinished =
        resource.status == ResourceStatus::kCreateFailed || resource.status == ResourceStatus::kUpdateFailed;
    if (!changed.empty() || unfinished || (model->follows_updates && !is_updated(resource)))
        return begin_update(std::move(resource), std::move(*properties), step);
    environment_.resources[name] = {true, resource.physical_id, resource.attributes};
    step.change.resources[name] = std::move(resource);
    wave_.finished(name);
}

/// Of an operation that stayed where a crash cut it off.
const StackResource* Forward::find_unheard(const std::string& name) const {
    const auto found = std::ranges::find_if(discarded_, [&](const StackResource& discarded) {
        return discarded.logical_id == name && in_progress(discarded.status);
    });
    return found == discarded_.end() ? nullptr : &*found;
}

/// Before another is made: it may have the same name.
void Forward::remove_unheard(const StackResource& lost, Step& step) {
    step.calls.push_back([this, lost] {
        auto request = request_for(lost);
        auto answered = when_answered<aws::Outcome<void>>(
            [this, lost](aws::Outcome<void> outcome) { unheard_removed(lost, std::move(outcome)); });
        ports::ResourceProvider* provider = context_.providers.find(lost.type);
        if (provider == nullptr) return answered(not_offered(lost.type));
        provider->remove(std::move(request), lost.physical_id, std::move(answered));
    });
}

void Forward::unheard_removed(const StackResource& lost, aws::Outcome<void> outcome) {
    Step step;
    if (outcome && !stopped_) {
        std::erase_if(discarded_, [&](const StackResource& discarded) {
            return discarded.logical_id == lost.logical_id && discarded.generated_name == lost.generated_name;
        });
        step.change.discarded = discarded_;
        begin(lost.logical_id, step);
        return advance(std::move(step));
    }
    std::string reason = outcome ? "Resource creation cancelled" : handler_message(outcome.error());
    const auto shown = stack().resources.find(lost.logical_id);
    StackResource resource = shown == stack().resources.end() ? lost : shown->second;
    if (resource.physical_id.empty())
        fail_creation(std::move(resource), std::move(reason), step);
    else
        fail_update(std::move(resource), std::move(reason), step);
    advance(std::move(step));
}

/// A resource that runs, as this step has it, or one before that is still being written; nullopt when its
/// turn in this step is still to come.
std::optional<StackResource> Forward::current_of(const std::string& name, const Step& step) const {
    if (const auto changed = step.change.resources.find(name); changed != step.change.resources.end())
        return changed->second;
    if (const auto begun = begun_.find(name); begun != begun_.end()) return begun->second;
    const auto shown = stack().resources.find(name);
    return shown == stack().resources.end() ? std::nullopt : std::optional(shown->second);
}

bool Forward::is_updated(const StackResource& resource) const {
    if (!stack().before) return true;
    const StackResources& before = stack().before->resources;
    const auto old = before.find(resource.logical_id);
    return old == before.end() || old->second.updated != resource.updated ||
           old->second.status != resource.status;
}

void Forward::repeat(const StackResource& resource, Step& step) {
    if (resource.status == ResourceStatus::kCreateInProgress) return call_create(resource, step);
    const StackResource& before = stack().before->resources.at(resource.logical_id);
    call_update(resource, assumed_properties(before, resource.properties), step);
}

void Forward::begin_create(StackResource resource, Step& step) {
    resource.generated_name = make_physical_name(resource.logical_id);
    record(step, resource, ResourceStatus::kCreateInProgress);
    call_create(std::move(resource), step);
}

void Forward::call_create(StackResource resource, Step& step) {
    begun_[resource.logical_id] = resource;
    step.calls.push_back([this, resource = std::move(resource)]() mutable {
        if (given_up_.contains(resource.logical_id)) return;
        auto request = request_for(resource);
        auto answered = when_answered<MakingOutcome>([this, resource](MakingOutcome outcome) {
            if (!given_up_.contains(resource.logical_id)) created(resource, std::move(outcome));
        });
        ports::ResourceProvider* provider = context_.providers.find(resource.type);
        if (provider == nullptr) return answered(not_offered(resource.type));
        provider->create(std::move(request), std::move(answered));
    });
}

void Forward::tell_initiated(const std::string& logical_id, const std::string& physical_id) {
    const auto begun = begun_.find(logical_id);
    if (begun == begun_.end() || given_up_.contains(logical_id)) return;
    begun->second.physical_id = physical_id;
    Step step;
    record(step, begun->second, ResourceStatus::kCreateInProgress, kCreationInitiated);
    advance(std::move(step));
}

void Forward::begin_update(StackResource resource, boost::json::object properties, Step& step) {
    boost::json::object previous = std::exchange(resource.properties, std::move(properties));
    record(step, resource, ResourceStatus::kUpdateInProgress);
    begun_[resource.logical_id] = resource;
    call_update(std::move(resource), std::move(previous), step);
}

void Forward::call_update(StackResource resource, boost::json::object previous, Step& step) {
    step.calls.push_back([this, resource = std::move(resource), previous = std::move(previous)]() mutable {
        if (given_up_.contains(resource.logical_id)) return;
        auto request = request_for(resource);
        auto answered = when_answered<MakingOutcome>([this, resource](MakingOutcome outcome) {
            if (!given_up_.contains(resource.logical_id)) updated(resource, std::move(outcome));
        });
        ports::ResourceProvider* provider = context_.providers.find(resource.type);
        if (provider == nullptr) return answered(not_offered(resource.type));
        provider->update(std::move(request), resource.physical_id, std::move(previous), std::move(answered));
    });
}

void Forward::begin_replacement(StackResource resource, boost::json::object properties, Step& step) {
    StackResource old = stack().resources.at(resource.logical_id);
    resource.generated_name = make_physical_name(resource.logical_id);
    resource.properties = std::move(properties);
    record(step, resource, ResourceStatus::kUpdateInProgress,
           "Requested update requires the creation of a new physical resource; hence creating one.");
    step.calls.push_back([this, resource = std::move(resource), old = std::move(old)]() mutable {
        auto request = request_for(resource);
        auto answered = when_answered<MakingOutcome>(
            [this, resource, old](MakingOutcome outcome) { replaced(resource, old, std::move(outcome)); });
        ports::ResourceProvider* provider = context_.providers.find(resource.type);
        if (provider == nullptr) return answered(not_offered(resource.type));
        provider->create(std::move(request), std::move(answered));
    });
}

void Forward::created(StackResource resource, MakingOutcome outcome) {
    Step step;
    if (!outcome) {
        resource.physical_id = outcome.error().physical_id;
        fail_creation(std::move(resource), handler_message(outcome.error()), step);
    } else {
        const bool cancelled = stopped_;
        adopt(resource, std::move(*outcome));
        record(step, resource, ResourceStatus::kCreateInProgress, kCreationInitiated);
        if (cancelled) {
            fail_creation(std::move(resource), "Resource creation cancelled", step);
        } else {
            wave_.finished(resource.logical_id);
            record(step, resource, ResourceStatus::kCreateComplete,
                   is_skipped(resource) ? skipped(resource) : std::string());
        }
    }
    advance(std::move(step));
}

void Forward::updated(StackResource resource, MakingOutcome outcome) {
    Step step;
    if (!outcome) {
        if (outcome.error().untouched)
            resource.properties = stack().before->resources.at(resource.logical_id).properties;
        fail_update(std::move(resource), handler_message(outcome.error()), step);
    } else {
        // A custom resource replaces itself when it answers with another id.
        const bool replaces_itself = outcome->physical_id != resource.physical_id;
        if (replaces_itself) discard(stack().before->resources.at(resource.logical_id), resource, step);
        adopt(resource, std::move(*outcome));
        if (replaces_itself) {
            record(step, resource, ResourceStatus::kUpdateInProgress,
                   "Requested update required the provider to create a new physical resource");
        }
        wave_.finished(resource.logical_id);
        record(step, resource, ResourceStatus::kUpdateComplete);
    }
    advance(std::move(step));
}

void Forward::replaced(StackResource resource, StackResource old, MakingOutcome outcome) {
    Step step;
    if (keeps_name(outcome, old)) {
        outcome = std::unexpected(aws::ServiceError{
            "AlreadyExists", fmt::format("CloudFormation cannot update a stack when a custom-named resource "
                                         "requires replacing. Rename {} "
                                         "and update the stack again.",
                                         old.physical_id)});
    }
    if (!outcome) {
        fail_update(std::move(resource), handler_message(outcome.error()), step);
    } else {
        discard(std::move(old), resource, step);
        adopt(resource, std::move(*outcome));
        record(step, resource, ResourceStatus::kUpdateInProgress, kCreationInitiated);
        wave_.finished(resource.logical_id);
        record(step, resource, ResourceStatus::kUpdateComplete);
    }
    advance(std::move(step));
}

void Forward::discard(StackResource old, const StackResource& successor, Step& step) {
    old.deletion_policy = successor.update_replace_policy;
    discarded_.push_back(std::move(old));
    step.change.discarded = discarded_;
}

void Forward::adopt(StackResource& resource, ports::Resource made) {
    resource.physical_id = std::move(made.physical_id);
    resource.attributes = std::move(made.attributes);
    resource.no_echo = made.no_echo;
    resource.attempted.reset();
    environment_.resources[resource.logical_id] = {true, resource.physical_id, resource.attributes};
}

void Forward::fail_creation(StackResource resource, std::string reason, Step& step) {
    wave_.abandoned(resource.logical_id);
    failures_.created.push_back(resource.logical_id);
    record(step, resource, ResourceStatus::kCreateFailed, std::move(reason));
    stop_after_failure(step);
}

void Forward::fail_update(StackResource resource, std::string reason, Step& step) {
    wave_.abandoned(resource.logical_id);
    failures_.updated.push_back(resource.logical_id);
    record(step, resource, ResourceStatus::kUpdateFailed, std::move(reason));
    stop_after_failure(step);
}

}  // namespace millrace::cloudformation
