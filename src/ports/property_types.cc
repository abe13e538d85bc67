#include "ports/property_types.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace millrace::ports {

namespace {

using Type = PropertyModel::Type;
using Shape = PropertyModel::Shape;

struct NamedType {
    std::string_view name;
    Type type;
};

constexpr NamedType kNamedTypes[] = {{"any", Type::kAny},
                                     {"integer", Type::kInteger},
                                     {"number", Type::kNumber},
                                     {"boolean", Type::kBoolean},
                                     {"json", Type::kJson}};

std::string_view take_name(std::string_view& text) {
    const std::string_view name = text.substr(0, text.find_first_of(" :{}[]"));
    MILLRACE_ASSERT(!name.empty());
    text.remove_prefix(name.size());
    return name;
}

bool take(std::string_view& text, char sign) {
    if (!text.starts_with(sign)) return false;
    text.remove_prefix(1);
    return true;
}

Type take_type(std::string_view& text) {
    const auto* const found = std::ranges::find(kNamedTypes, take_name(text), &NamedType::name);
    MILLRACE_ASSERT(found != std::end(kNamedTypes));
    return found->type;
}

/// Reads up to the sign that closes the list, or to the text's end.
std::vector<PropertyModel> read_properties(std::string_view& text) {
    std::vector<PropertyModel> properties;
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
        if (text.empty() || text.front() == '}' || text.front() == ']') return properties;
        properties.push_back({.name = std::string(take_name(text))});
        PropertyModel& property = properties.back();
        property.type = take(text, ':') ? take_type(text) : Type::kText;
        const bool is_list = take(text, '[');
        if (!is_list && !take(text, '{')) continue;
        property.members = read_properties(text);
        const bool closed = take(text, is_list ? ']' : '}');
        MILLRACE_ASSERT(closed);
        if (is_list) property.shape = Shape::kList;
        if (!property.members.empty()) {
            property.type = Type::kObject;
        } else if (!is_list) {
            property.shape = Shape::kMap;
        }
    }
}

}  // namespace

std::vector<PropertyModel> read_property_types(std::string_view text) {
    std::vector<PropertyModel> properties = read_properties(text);
    MILLRACE_ASSERT(text.empty());
    return properties;
}

ResourceTypeModel with_types(ResourceTypeModel model, std::string_view text) {
    for (PropertyModel& told : read_property_types(text)) {
        const auto property = std::ranges::find(model.properties, told.name, &PropertyModel::name);
        MILLRACE_ASSERT(property != model.properties.end());
        property->members = std::move(told.members);
        property->type = told.type;
        property->shape = told.shape;
    }
    return model;
}

}  // namespace millrace::ports
