#include "ports/property_members.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace millrace::ports {

namespace {

/// Reads up to the brace that closes the list, or to the text's end.
std::vector<PropertyModel> read_list(std::string_view& text) {
    std::vector<PropertyModel> list;
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
        if (text.empty() || text.front() == '}') return list;
        const std::string_view name = text.substr(0, text.find_first_of(" {}"));
        MILLRACE_ASSERT(!name.empty());
        list.push_back({.name = std::string(name)});
        text.remove_prefix(name.size());
        if (!text.starts_with('{')) continue;
        text.remove_prefix(1);
        list.back().members = read_list(text);
        MILLRACE_ASSERT(text.starts_with('}'));
        text.remove_prefix(1);
    }
}

}  // namespace

ResourceTypeModel with_members(ResourceTypeModel model, std::string_view text) {
    for (PropertyModel& told : read_list(text)) {
        const auto property = std::ranges::find(model.properties, told.name, &PropertyModel::name);
        MILLRACE_ASSERT(property != model.properties.end());
        property->members = std::move(told.members);
    }
    MILLRACE_ASSERT(text.empty());
    return model;
}

}  // namespace millrace::ports
