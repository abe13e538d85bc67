#include "services/cloudformation/template/validate.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "services/cloudformation/template/check_properties.h"
#include "services/cloudformation/template/dynamic_references.h"
#include "services/cloudformation/template/graph.h"
#include "services/cloudformation/template/names.h"
#include "services/cloudformation/template/references.h"
#include "services/cloudformation/template/sections.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;

constexpr std::string_view kPseudoParameters[] = {"AWS::AccountId", "AWS::NoValue",  "AWS::NotificationARNs",
                                                  "AWS::Partition", "AWS::Region",   "AWS::StackId",
                                                  "AWS::StackName", "AWS::URLSuffix"};

bool is_pseudo_parameter(std::string_view name) {
    return std::ranges::find(kPseudoParameters, name) != std::end(kPseudoParameters);
}

class Validator {
  public:
    Validator(const Template& checked, const ResourceTypes& types) : template_(checked), types_(types) {}

    Result<> run() {
        if (auto checked = check_types(); !checked) return checked;
        if (auto checked = check_conditions(); !checked) return checked;
        for (const ResourceDeclaration& resource : template_.resources) {
            if (auto checked = check_resource(resource); !checked) return checked;
        }
        for (const OutputDeclaration& output : template_.outputs) {
            if (auto checked = check_output(output); !checked) return checked;
        }
        auto dependencies = find_dependencies(template_);
        if (!dependencies) return std::unexpected(dependencies.error());
        if (auto order = order_by_dependency(*dependencies, template_); !order)
            return std::unexpected(order.error());
        return {};
    }

  private:
    /// Of resources that are made in any case; a plan knows which of the others are.
    Result<> check_types() const {
        std::vector<const ResourceDeclaration*> made;
        for (const ResourceDeclaration& resource : template_.resources) {
            if (resource.condition.empty()) made.push_back(&resource);
        }
        return check_types_offered(made, types_);
    }

    Result<> check_conditions() const {
        for (const auto& [name, condition] : template_.conditions) {
            const std::string path = join_path("/Conditions", name);
            auto references = collect_references(condition, Block::kConditions, path);
            if (!references) return std::unexpected(references.error());
            for (const Reference& reference : *references) {
                const bool value =
                    reference.kind == Reference::Kind::kRef || reference.kind == Reference::Kind::kGetAtt;
                if (value && !is_name(reference.target)) {
                    return template_error(
                        fmt::format("Template format error: Unresolved dependencies [{}]. Cannot reference "
                                    "resources in the "
                                    "Conditions block of the template",
                                    reference.target));
                }
                if (auto checked = check_reference(reference, "Conditions"); !checked) return checked;
            }
        }
        return {};
    }

    Result<> check_resource(const ResourceDeclaration& resource) const {
        if (!resource.objection.empty() && !types_.skips(resource.type))
            return template_error(resource.objection);
        if (auto checked = check_condition(resource.condition, "Resources"); !checked) return checked;
        std::vector<std::string> unresolved;
        for (const std::string& needed : resource.depends_on) {
            if (template_.find_resource(needed) == nullptr) unresolved.push_back(needed);
        }
        if (!unresolved.empty()) return unresolved_dependencies(unresolved, "Resources", &resource);

        const std::string path = "/Resources/" + resource.logical_id + "/Properties";
        const ports::ResourceTypeModel* offered = types_.find(resource.type);
        if (offered == nullptr) return check_value(resource.properties, path, "Resources", &resource);
        for (const json::object* properties : possible_properties(resource.properties)) {
            if (types_.is_offered(resource.type)) {
                if (auto checked = check_known_properties(resource, *properties, *offered); !checked)
                    return checked;
            }
            if (auto checked = check_required_properties(resource, *properties, *offered); !checked)
                return checked;
        }
        return check_value(resource.properties, path, "Resources", &resource);
    }

    Result<> check_output(const OutputDeclaration& output) const {
        const std::string path = "/Outputs/" + output.name;
        if (auto checked = check_condition(output.condition, "Outputs"); !checked) return checked;
        if (auto checked = check_value(output.value, path + "/Value", "Outputs"); !checked) return checked;
        return check_value(output.export_name, path + "/Export/Name", "Outputs");
    }

    /// `resource` is the one whose properties are checked, if any.
    Result<> check_value(const json::value& value, const std::string& path, std::string_view block,
                         const ResourceDeclaration* resource = nullptr) const {
        auto references = collect_references(value, Block::kValues, path);
        if (!references) return std::unexpected(references.error());
        std::vector<std::string> unresolved;
        for (const Reference& reference : *references) {
            if (reference.kind == Reference::Kind::kRef && !is_name(reference.target) &&
                template_.find_resource(reference.target) == nullptr &&
                std::ranges::find(unresolved, reference.target) == unresolved.end()) {
                unresolved.push_back(reference.target);
            }
        }
        if (!unresolved.empty()) return unresolved_dependencies(unresolved, block, resource);
        for (const Reference& reference : *references) {
            const bool to_resource = reference.kind == Reference::Kind::kGetAtt ||
                                     (reference.kind == Reference::Kind::kRef && !is_name(reference.target));
            if (reference.in_import && to_resource) {
                return template_error(fmt::format("{} (at {})", kImportComplaint, reference.path));
            }
            const bool given_to_nobody = resource != nullptr && types_.skips(resource->type);
            if (reference.kind == Reference::Kind::kDynamic && given_to_nobody) continue;
            if (auto checked = check_reference(reference, block); !checked) return checked;
        }
        return {};
    }

    Result<> check_reference(const Reference& reference, std::string_view block) const {
        switch (reference.kind) {
            case Reference::Kind::kRef:
                return {};
            case Reference::Kind::kGetAtt:
                return check_attribute(reference);
            case Reference::Kind::kCondition:
                return check_condition(reference.target, block);
            case Reference::Kind::kMapping:
                if (template_.mappings.contains(reference.target)) return {};
                return template_error(
                    fmt::format("Template error: Mapping named '{}' is not present in the 'Mappings' section "
                                "of template.",
                                reference.target));
            case Reference::Kind::kDynamic:
                return check_dynamic_references(reference.target, reference.path);
        }
        return {};
    }

    Result<> check_attribute(const Reference& reference) const {
        const ResourceDeclaration* resource = template_.find_resource(reference.target);
        if (resource == nullptr) {
            return template_error(
                fmt::format("Template error: instance of Fn::GetAtt references undefined resource {} (at {})",
                            reference.target, reference.path));
        }
        if (reference.attribute.empty()) return {};  // a parameter names it
        if (!types_.is_offered(resource->type) || types_.find(resource->type)->open) return {};
        const auto& attributes = types_.find(resource->type)->attributes;
        const bool has = std::ranges::any_of(attributes, [&](std::string_view offered) {
            if (!offered.ends_with('*')) return offered == reference.attribute;
            offered.remove_suffix(1);
            return reference.attribute.size() > offered.size() && reference.attribute.starts_with(offered);
        });
        if (has) return {};
        return template_error(
            fmt::format("Template error: resource {} does not support attribute type {} in Fn::GetAtt",
                        reference.target, reference.attribute));
    }

    Result<> check_condition(const std::string& name, std::string_view block) const {
        if (name.empty() || template_.conditions.contains(name)) return {};
        return template_error(fmt::format(
            "Template format error: Unresolved condition dependency {} in the {} block of the template", name,
            block));
    }

    [[nodiscard]] bool is_name(std::string_view name) const {
        return template_.find_parameter(name) != nullptr || is_pseudo_parameter(name);
    }

    static std::unexpected<Error> unresolved_dependencies(const std::vector<std::string>& names,
                                                          std::string_view block,
                                                          const ResourceDeclaration* resource) {
        return template_error(fmt::format(
            "Template format error: Unresolved resource dependencies [{}] in the {} block of the template{}",
            fmt::join(names, ", "), block,
            resource == nullptr
                ? std::string()
                : fmt::format(" (resource {}, line {})", resource->logical_id, resource->line)));
    }

    const Template& template_;
    const ResourceTypes& types_;
};

}  // namespace

Result<> validate_template(const Template& checked, const ResourceTypes& types) {
    return Validator(checked, types).run();
}

Result<> check_parameter_types(const std::vector<ParameterDeclaration>& parameters,
                               const ResourceTypes& types) {
    if (types.allows_unknown()) return {};
    for (const ParameterDeclaration& parameter : parameters) {
        if (is_other(parameter.type)) return unrecognized_parameter_type(parameter.type_name, parameter.name);
    }
    return {};
}

Result<> check_types_offered(const std::vector<const ResourceDeclaration*>& used,
                             const ResourceTypes& types) {
    std::vector<std::string> unknown;
    std::vector<std::string> places;
    for (const ResourceDeclaration* resource : used) {
        if (types.find(resource->type) != nullptr) continue;
        places.push_back(fmt::format("{}, line {}", resource->logical_id, resource->line));
        if (std::ranges::find(unknown, resource->type) == unknown.end()) unknown.push_back(resource->type);
    }
    if (unknown.empty()) return {};
    return template_error(fmt::format("Template format error: Unrecognized resource types: [{}] ({})",
                                      fmt::join(unknown, ", "), fmt::join(places, "; ")));
}

}  // namespace millrace::cloudformation
