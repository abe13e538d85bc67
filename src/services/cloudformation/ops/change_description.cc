#include "services/cloudformation/ops/change_description.h"

#include <algorithm>
#include <fmt/format.h>

#include "codec/json.h"
#include "services/cloudformation/ops/description.h"
#include "services/cloudformation/state/hidden_values.h"
#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation {

namespace {

using api::cloudformation::ResourceChange;
using api::cloudformation::ResourceChangeDetail;
using api::cloudformation::ResourceTargetDefinition;

std::string action_of(const PlannedChange& change) {
    switch (change.action) {
        case PlannedChange::Action::kAdd:
            return "Add";
        case PlannedChange::Action::kModify:
            return "Modify";
        case PlannedChange::Action::kRemove:
            return "Remove";
    }
    return {};
}

std::string source_of(const ChangeCause& cause) {
    switch (cause.source) {
        case ChangeCause::Source::kDirectModification:
            return "DirectModification";
        case ChangeCause::Source::kParameterReference:
            return "ParameterReference";
        case ChangeCause::Source::kResourceReference:
            return "ResourceReference";
        case ChangeCause::Source::kResourceAttribute:
            return "ResourceAttribute";
    }
    return {};
}

/// Certain when something that surely changes needs it.
std::string replacement_of(const PlannedChange& change) {
    if (!change.replaces()) return "False";
    return change.surely_replaces() ? "True" : "Conditional";
}

/// What becomes of the resource that is there; nothing where it stays.
std::optional<std::string> policy_action_of(const PlannedChange& change) {
    const bool goes = change.action == PlannedChange::Action::kRemove;
    if (!goes && !(change.action == PlannedChange::Action::kModify && change.surely_replaces()))
        return std::nullopt;
    const std::string_view action = change.policy == RemovalPolicy::kDelete ? "Delete" : "Retain";
    return fmt::format("{}{}", goes ? "" : "ReplaceAnd", action);
}

void describe_property(const ChangedProperty& property, ResourceChange& shown) {
    // Tags are what a resource has, wherever they come from, and not a property.
    const bool tags = property.name == "Tags";
    const std::string attribute = tags ? "Tags" : "Properties";
    if (std::ranges::find(*shown.scope, attribute) == shown.scope->end()) shown.scope->push_back(attribute);
    const auto add = [&](std::string evaluation, const ChangeCause& cause) {
        ResourceChangeDetail detail;
        detail.target.emplace();
        detail.target->attribute = attribute;
        if (!tags) detail.target->name = property.name;
        detail.target->requires_recreation = property.replaces ? "Always" : "Never";
        detail.evaluation = std::move(evaluation);
        detail.change_source = source_of(cause);
        detail.causing_entity = unless_empty(cause.entity);
        shown.details->push_back(std::move(detail));
    };
    bool by_parameter = false;
    for (const ChangeCause& cause : property.causes) {
        add(cause.is_static() ? "Static" : "Dynamic", cause);
        by_parameter = by_parameter || cause.source == ChangeCause::Source::kParameterReference;
    }
    // As AWS does: the text around the parameter may have been edited too.
    if (by_parameter) add("Dynamic", ChangeCause());
}

/// Of the attribute as a whole.
void describe_attribute(std::string attribute, std::string evaluation, std::string source,
                        ResourceChange& shown) {
    shown.scope->push_back(attribute);
    ResourceChangeDetail detail;
    detail.target.emplace();
    detail.target->attribute = std::move(attribute);
    detail.target->requires_recreation = "Never";
    detail.evaluation = std::move(evaluation);
    detail.change_source = std::move(source);
    shown.details->push_back(std::move(detail));
}

std::optional<std::string> context_of(const boost::json::object& properties, const Blueprint& blueprint) {
    return hide_values(codec::to_json(boost::json::object{{"Properties", properties}}), blueprint);
}

std::optional<std::string> value_of(const boost::json::object& properties, const std::string& name,
                                    const Blueprint& blueprint) {
    const boost::json::value* value = properties.if_contains(name);
    if (value == nullptr) return std::nullopt;
    auto text = scalar_text(*value);
    return hide_values(text ? std::move(*text) : codec::to_json(*value), blueprint);
}

}  // namespace

api::cloudformation::Change describe_change(const PlannedChange& change) {
    ResourceChange shown;
    shown.action = action_of(change);
    shown.logical_resource_id = change.logical_id;
    shown.physical_resource_id = unless_empty(change.physical_id);
    shown.resource_type = change.type;
    shown.policy_action = policy_action_of(change);
    shown.scope.emplace();
    shown.details.emplace();
    if (change.action == PlannedChange::Action::kModify) {
        shown.replacement = replacement_of(change);
        for (const ChangedProperty& property : change.properties) describe_property(property, shown);
        if (change.metadata) describe_attribute("Metadata", "Static", "DirectModification", shown);
        // Of a nested stack: whether it changes is known when it is looked at.
        if (change.properties.empty() && !change.metadata)
            describe_attribute("Properties", "Dynamic", "Automatic", shown);
    }
    return {.type = "Resource", .hook_invocation_count = {}, .resource_change = std::move(shown)};
}

void add_values(api::cloudformation::Change& shown, const PlannedChange& valued, const Blueprint& before,
                const Blueprint& after) {
    ResourceChange& change = *shown.resource_change;
    if (valued.action != PlannedChange::Action::kAdd)
        change.before_context = context_of(valued.before, before);
    if (valued.action != PlannedChange::Action::kRemove)
        change.after_context = context_of(valued.after, after);
    for (ResourceChangeDetail& detail : *change.details) {
        ResourceTargetDefinition& target = *detail.target;
        if (detail.change_source == "Automatic" || target.attribute == "Metadata") continue;
        const std::string name = target.name.value_or("Tags");
        target.path = "/Properties/" + name;
        target.before_value = value_of(valued.before, name, before);
        target.after_value = value_of(valued.after, name, after);
        if (target.before_value && target.before_value == target.after_value &&
            detail.change_source == "ResourceAttribute")
            target.after_value = kKnownAfterApply;
        target.attribute_change_type = !target.before_value  ? "Add"
                                       : !target.after_value ? "Remove"
                                                             : "Modify";
    }
}

}  // namespace millrace::cloudformation
