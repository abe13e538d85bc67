#include "services/cloudformation/template/plan.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>

#include "base/assert.h"
#include "codec/json.h"
#include "services/cloudformation/template/check_properties.h"
#include "services/cloudformation/template/dynamic_references.h"
#include "services/cloudformation/template/graph.h"
#include "services/cloudformation/template/names.h"
#include "services/cloudformation/template/references.h"
#include "services/cloudformation/template/validate.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;

Result<> check_types_kept(const Template& source, const std::map<std::string, DeployedResource>& deployed) {
    std::vector<std::string> changed;
    for (const ResourceDeclaration& resource : source.resources) {
        const auto found = deployed.find(resource.logical_id);
        if (found != deployed.end() && found->second.type != resource.type)
            changed.push_back(resource.logical_id);
    }
    if (changed.empty()) return {};
    return template_error(
        fmt::format("Update of resource type is not permitted. The new template modifies resource type of "
                    "the following resources: "
                    "[{}]",
                    fmt::join(changed, ", ")));
}

void plan_removals(const Environment& environment, const std::map<std::string, DeployedResource>& deployed,
                   std::vector<PlannedChange>& changes) {
    for (const auto& [logical_id, resource] : deployed) {
        const ResourceDeclaration* declared = environment.source->find_resource(logical_id);
        if (declared != nullptr && holds(environment, declared->condition)) continue;
        changes.push_back({PlannedChange::Action::kRemove,
                           logical_id,
                           resource.type,
                           resource.values.physical_id,
                           {},
                           resource.properties,
                           {},
                           resource.deletion_policy});
    }
}

/// Finds what a property's change comes from.
class CauseFinder {
  public:
    CauseFinder(const Environment& environment, const ParameterValues& before,
                const std::vector<PlannedChange>& earlier)
        : environment_(environment), before_(before), earlier_(earlier) {}

    /// One at least.
    Result<std::vector<ChangeCause>> find(const json::value& written, const std::string& path) const {
        auto causes = find_elsewhere(written, path);
        if (causes && causes->empty()) causes->emplace_back();
        return causes;
    }

    /// In what the property refers to.
    Result<std::vector<ChangeCause>> find_elsewhere(const json::value& written,
                                                    const std::string& path) const {
        auto references = collect_references(written, Block::kValues, path, &environment_.conditions);
        if (!references) return std::unexpected(references.error());
        std::vector<ChangeCause> causes;
        for (const Reference& reference : *references) {
            if (auto cause = cause_of(reference)) causes.push_back(std::move(*cause));
        }
        return causes;
    }

  private:
    [[nodiscard]] std::optional<ChangeCause> cause_of(const Reference& reference) const {
        using enum ChangeCause::Source;
        const bool by_attribute = reference.kind == Reference::Kind::kGetAtt;
        if (!by_attribute && reference.kind != Reference::Kind::kRef) return std::nullopt;
        if (const ParameterDeclaration* parameter = environment_.source->find_parameter(reference.target)) {
            const auto old = before_.find(reference.target);
            const auto now = environment_.names.find(reference.target);
            const bool same = old != before_.end() && now != environment_.names.end() &&
                              parameter_reference(parameter->type, old->second) == now->second;
            return same ? std::nullopt : std::optional(ChangeCause{kParameterReference, reference.target});
        }
        const auto change = std::ranges::find(earlier_, reference.target, &PlannedChange::logical_id);
        if (change == earlier_.end()) return std::nullopt;
        if (by_attribute) {
            const std::string dot = reference.attribute.empty() ? "" : ".";  // a parameter names it
            return ChangeCause{kResourceAttribute, reference.target + dot + reference.attribute,
                               change->surely_replaces()};
        }
        const bool in_place = change->action == PlannedChange::Action::kModify && !change->replaces();
        if (in_place) return std::nullopt;
        return ChangeCause{kResourceReference, reference.target, change->surely_replaces()};
    }

    const Environment& environment_;
    const ParameterValues& before_;
    const std::vector<PlannedChange>& earlier_;
};

std::string path_of(const ResourceDeclaration& resource, std::string_view property) {
    return fmt::format("/Resources/{}/Properties/{}", resource.logical_id, property);
}

Result<> find_causes(const ResourceDeclaration& resource, const CauseFinder& finder, PlannedChange& change) {
    for (ChangedProperty& property : change.properties) {
        const json::value* written = nullptr;
        for (const json::object* possible : possible_properties(resource.properties)) {
            if (written == nullptr) written = possible->if_contains(property.name);
        }
        if (written == nullptr) {
            property.causes.emplace_back();
            continue;
        }
        auto causes = finder.find(*written, path_of(resource, property.name));
        if (!causes) return std::unexpected(causes.error());
        property.causes = std::move(*causes);
    }
    return {};
}

/// Adds the properties that read attributes of what changes: whether these change with it, only its service
/// knows.
Result<> add_possible(const ResourceDeclaration& resource, const ports::ResourceTypeModel& model,
                      const CauseFinder& finder, PlannedChange& change) {
    const bool certain = !change.properties.empty();
    for (const json::object* possible : possible_properties(resource.properties)) {
        for (const auto& [name, written] : *possible) {
            if (std::ranges::find(change.properties, name, &ChangedProperty::name) != change.properties.end())
                continue;
            auto causes = finder.find_elsewhere(written, path_of(resource, name));
            if (!causes) return std::unexpected(causes.error());
            const ports::PropertyModel* property = find_property(model, name);
            const bool replaces =
                property != nullptr && property->update == ports::PropertyModel::Update::kReplacement;
            std::erase_if(*causes, [](const ChangeCause& cause) {
                return cause.source != ChangeCause::Source::kResourceAttribute;
            });
            if (!causes->empty())
                change.properties.push_back({std::string(name), replaces, std::move(*causes)});
        }
    }
    change.possible = !certain && !change.properties.empty();
    return {};
}

}  // namespace

std::string metadata_text(const ResourceDeclaration& resource) {
    return resource.metadata.is_null() ? std::string() : codec::to_json(resource.metadata);
}

bool equivalent_values(const json::value& left, const json::value& right) {
    if (left.is_object() && right.is_object()) {
        const json::object& a = left.get_object();
        const json::object& b = right.get_object();
        return a.size() == b.size() && std::ranges::all_of(a, [&](const auto& member) {
                   const json::value* other = b.if_contains(member.key());
                   return other != nullptr && equivalent_values(member.value(), *other);
               });
    }
    if (left.is_array() && right.is_array()) {
        return std::ranges::equal(left.get_array(), right.get_array(), equivalent_values);
    }
    const auto text = scalar_text(left);
    return text ? text == scalar_text(right) : left == right;
}

bool PlannedChange::surely_replaces() const {
    return std::ranges::any_of(properties, [](const ChangedProperty& property) {
        return property.replaces && std::ranges::any_of(property.causes, &ChangeCause::is_static);
    });
}

bool PlannedChange::replaces() const {
    return std::ranges::any_of(properties, &ChangedProperty::replaces);
}

std::vector<ChangedProperty> changed_properties(const ports::ResourceTypeModel& model,
                                                const json::object& before, const json::object& after) {
    std::vector<ChangedProperty> changed;
    const auto compare = [&](const std::string& name, bool replaces) {
        const json::value* old_value = before.if_contains(name);
        const json::value* new_value = after.if_contains(name);
        const bool same = old_value != nullptr && new_value != nullptr
                              ? equivalent_values(*old_value, *new_value)
                              : old_value == new_value;
        if (!same) changed.push_back({name, replaces, {}});
    };
    for (const ports::PropertyModel& property : model.properties)
        compare(property.name, property.update == ports::PropertyModel::Update::kReplacement);
    if (!model.open) return changed;
    for (const auto& [name, value] : after) {
        if (find_property(model, name) == nullptr) compare(std::string(name), false);
    }
    for (const auto& [name, value] : before) {
        if (find_property(model, name) == nullptr && !after.contains(name)) compare(std::string(name), false);
    }
    return changed;
}

Result<Plan> make_plan(const Environment& environment,
                       const std::map<std::string, DeployedResource>& deployed, const ResourceTypes& types,
                       const ParameterValues& before) {
    if (auto kept = check_types_kept(*environment.source, deployed); !kept)
        return std::unexpected(kept.error());
    auto dependencies = find_dependencies(*environment.source, &environment.conditions);
    if (!dependencies) return std::unexpected(dependencies.error());
    auto order = order_by_dependency(*dependencies, *environment.source);
    if (!order) return std::unexpected(order.error());

    std::vector<const ResourceDeclaration*> used;
    for (const std::string& logical_id : *order)
        used.push_back(environment.source->find_resource(logical_id));
    if (auto offered = check_types_offered(used, types); !offered) return std::unexpected(offered.error());

    Plan plan;
    Environment expected = environment;
    for (const std::string& logical_id : *order) {
        const ResourceDeclaration& resource = *environment.source->find_resource(logical_id);
        const ports::ResourceTypeModel* model = types.find(resource.type);
        MILLRACE_ASSERT(model != nullptr);
        auto properties = evaluate_properties(resource, model, expected);
        if (!properties) return std::unexpected(properties.error());
        if (auto checked = check_properties(resource, *properties, types); !checked)
            return std::unexpected(checked.error());
        const auto now = deployed.find(logical_id);
        if (now == deployed.end()) {
            plan.changes.push_back(
                {PlannedChange::Action::kAdd, logical_id, resource.type, {}, {}, {}, std::move(*properties)});
            expected.resources[logical_id].known = false;
            continue;
        }
        PlannedChange change{PlannedChange::Action::kModify,
                             logical_id,
                             resource.type,
                             now->second.values.physical_id,
                             changed_properties(*model, now->second.properties, *properties),
                             now->second.properties,
                             *properties,
                             resource.update_replace_policy};
        const CauseFinder finder(environment, before, plan.changes);
        if (auto found = find_causes(resource, finder, change); !found) return std::unexpected(found.error());
        expected.resources[logical_id] = now->second.values;
        if (change.replaces()) expected.resources[logical_id].known = false;
        if (auto added = add_possible(resource, *model, finder, change); !added)
            return std::unexpected(added.error());
        change.metadata = now->second.metadata != metadata_text(resource);
        if (!change.properties.empty() || change.metadata || model->follows_updates)
            plan.changes.push_back(std::move(change));
    }
    plan_removals(environment, deployed, plan.changes);
    auto outputs = evaluate_outputs(expected);
    if (!outputs) return std::unexpected(outputs.error());
    plan.outputs = std::move(*outputs);
    return plan;
}

Result<std::vector<Output>> evaluate_outputs(const Environment& environment) {
    std::vector<Output> outputs;
    for (const OutputDeclaration& declared : environment.source->outputs) {
        if (!holds(environment, declared.condition)) continue;
        const std::string path = "/Outputs/" + declared.name;
        Output output{declared.name, {}, declared.description, {}};
        const auto read = [&](const json::value& from, const char* member, std::string& into) -> Result<> {
            auto value = evaluate(from, environment, join_path(path, member));
            if (!value) return std::unexpected(value.error());
            if (*value) {
                auto resolved = resolve_dynamic_references(**value, environment.external,
                                                           environment.unresolved, join_path(path, member));
                if (!resolved) return resolved;
            }
            auto text = *value ? scalar_text(**value) : std::nullopt;
            if (!text) {
                return template_error(fmt::format(
                    "Template format error: Output {} is malformed. The {} field of every Outputs member "
                    "must evaluate to a String.",
                    declared.name, member));
            }
            into = std::move(*text);
            return {};
        };
        if (auto done = read(declared.value, "Value", output.value); !done)
            return std::unexpected(done.error());
        if (!declared.export_name.is_null()) {
            if (auto done = read(declared.export_name, "Export", output.export_name); !done) {
                return std::unexpected(done.error());
            }
        }
        outputs.push_back(std::move(output));
    }
    return outputs;
}

}  // namespace millrace::cloudformation
