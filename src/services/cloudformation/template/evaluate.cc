#include "services/cloudformation/template/evaluate.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <fmt/format.h>

#include "services/cloudformation/template/check_properties.h"
#include "services/cloudformation/template/coerce_values.h"
#include "services/cloudformation/template/dynamic_references.h"
#include "services/cloudformation/template/evaluator.h"
#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;

bool has_tag(const json::array& tags, std::string_view wanted) {
    return std::ranges::any_of(tags, [&](const json::value& tag) {
        const json::value* key = tag.is_object() ? tag.get_object().if_contains("Key") : nullptr;
        return key != nullptr && key->is_string() && std::string_view(key->get_string()) == wanted;
    });
}

/// Those that the template gives itself win.
void add_stack_tags(json::object& properties, const ports::ResourceTypeModel& model,
                    const std::vector<StackTag>& stack_tags) {
    if (stack_tags.empty()) return;
    const ports::PropertyModel* property = find_property(model, "Tags");
    const bool is_map = property != nullptr && property->shape == ports::PropertyModel::Shape::kMap;
    json::value& tags = properties["Tags"];
    if (tags.is_null()) tags = is_map ? json::value(json::object()) : json::value(json::array());
    for (const StackTag& tag : stack_tags) {
        // What is neither is refused later.
        if (json::object* map = tags.if_object(); map != nullptr && is_map) {
            map->emplace(tag.key, tag.value);
        } else if (json::array* list = tags.if_array(); list != nullptr && !is_map) {
            if (!has_tag(*list, tag.key))
                list->push_back(json::object{{"Key", tag.key}, {"Value", tag.value}});
        }
    }
}

Result<json::object> evaluate_each(const json::object& written, Evaluator& evaluator,
                                   const std::string& path) {
    json::object properties;
    for (const auto& [name, value] : written) {
        auto evaluated = evaluator.value(value, join_path(path, name));
        if (!evaluated) return std::unexpected(evaluated.error());
        if (*evaluated) properties.insert_or_assign(name, std::move(**evaluated));
    }
    return properties;
}

/// Of Fn::If in place of the properties.
Result<json::object> evaluate_chosen(const json::object& written, Evaluator& evaluator,
                                     const std::string& path) {
    auto chosen = evaluator.value(written, path);
    if (!chosen) return std::unexpected(chosen.error());
    if (!*chosen) return json::object();
    if (!(*chosen)->is_object())
        return template_error(fmt::format("Template format error: [{}] must be an object.", path));
    return std::move((*chosen)->get_object());
}

}  // namespace

Evaluated evaluate(const json::value& value, const Environment& environment, const std::string& path) {
    return Evaluator(environment).value(value, path);
}

Result<json::object> evaluate_properties(const ResourceDeclaration& resource,
                                         const ports::ResourceTypeModel* model,
                                         const Environment& environment) {
    const std::string path = "/Resources/" + resource.logical_id + "/Properties";
    Evaluator evaluator(environment);
    auto properties = chosen_properties(resource.properties) == nullptr
                          ? evaluate_each(resource.properties, evaluator, path)
                          : evaluate_chosen(resource.properties, evaluator, path);
    if (!properties) return std::unexpected(properties.error());
    if (model != nullptr && model->takes_stack_tags)
        add_stack_tags(*properties, *model, environment.stack_tags);
    if (model != nullptr && stands_for_unknown(*model)) return properties;  // given to nobody
    for (auto& property : *properties) {
        auto resolved = resolve_dynamic_references(property.value(), environment.external,
                                                   environment.unresolved, join_path(path, property.key()));
        if (!resolved) return std::unexpected(resolved.error());
    }
    if (model != nullptr) coerce_values(*properties, *model);
    return properties;
}

bool holds(const Environment& environment, const std::string& condition) {
    if (condition.empty()) return true;
    const auto found = environment.conditions.find(condition);
    return found != environment.conditions.end() && found->second;
}

}  // namespace millrace::cloudformation
