#include "services/cloudformation/template/check_properties.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <fmt/format.h>
#include <span>
#include <string_view>
#include <vector>

#include "base/ascii.h"
#include "services/cloudformation/template/check_values.h"
#include "services/cloudformation/template/names.h"
#include "services/cloudformation/template/suggestion.h"

namespace millrace::cloudformation {

namespace json = boost::json;

namespace {

bool says_nothing(const json::value& value) {
    if (const json::object* object = value.if_object()) return object->empty() || may_be_absent(value);
    if (const json::array* list = value.if_array()) return list->empty();
    const auto text = scalar_text(value);
    return text && (text->empty() || equal_ignoring_case(*text, "false"));
}

/// A name that is none of the type's properties.
Result<> check_unknown_property(const ResourceDeclaration& resource, std::string_view name,
                                const json::value& value, const ports::ResourceTypeModel& model) {
    if (std::ranges::find(model.not_offered, name) == model.not_offered.end()) {
        if (may_be_absent(value)) return {};
        return template_error(fmt::format(
            "Encountered unsupported property {} in resource {} of type {} (line {}).{}", name,
            resource.logical_id, resource.type, line_of(resource, name), suggestion(name, model.properties)));
    }
    if (says_nothing(value) || is_yet_to_come(value)) return {};
    return template_error(
        fmt::format("The property {} of {} is not offered by Millrace (resource {}, line {}).", name,
                    resource.type, resource.logical_id, line_of(resource, name)));
}

}  // namespace

const json::array* chosen_properties(const json::object& properties) {
    const json::value* branches = properties.size() == 1 ? properties.if_contains("Fn::If") : nullptr;
    const json::array* parts = branches == nullptr ? nullptr : branches->if_array();
    return parts != nullptr && parts->size() == 3 ? parts : nullptr;
}

std::vector<const json::object*> possible_properties(const json::object& properties) {
    const json::array* parts = chosen_properties(properties);
    if (parts == nullptr) return {&properties};
    static const json::object kNone;
    std::vector<const json::object*> possible;
    for (const json::value& branch : std::span(*parts).subspan(1)) {
        const json::object* object = branch.if_object();
        const bool given =
            object != nullptr && !object->contains("Ref");  // to AWS::NoValue: there is nothing else
        const auto below = possible_properties(given ? *object : kNone);
        possible.insert(possible.end(), below.begin(), below.end());
    }
    return possible;
}

Result<> check_known_properties(const ResourceDeclaration& resource, const json::object& properties,
                                const ports::ResourceTypeModel& model) {
    ValueCheck values;
    for (const auto& [name, value] : properties) {
        if (const ports::PropertyModel* property = find_property(model, name)) {
            values.check(name, value, *property);
        } else if (!model.open) {
            if (auto checked = check_unknown_property(resource, name, value, model); !checked) return checked;
        }
    }
    return values.verdict(resource);
}

Result<> check_required_properties(const ResourceDeclaration& resource, const json::object& properties,
                                   const ports::ResourceTypeModel& model) {
    for (const ports::PropertyModel& property : model.properties) {
        if (!property.required || properties.contains(property.name)) continue;
        return template_error(
            fmt::format("Property {} cannot be empty: resource {} of type {} requires it (line {}).",
                        property.name, resource.logical_id, resource.type, resource.line));
    }
    return {};
}

Result<> check_properties(const ResourceDeclaration& resource, const json::object& properties,
                          const ResourceTypes& types) {
    const ports::ResourceTypeModel* model = types.find(resource.type);
    if (model == nullptr || !types.is_offered(resource.type)) return {};
    if (auto checked = check_known_properties(resource, properties, *model); !checked) return checked;
    return check_required_properties(resource, properties, *model);
}

}  // namespace millrace::cloudformation
