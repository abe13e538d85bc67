#include "ports/system_tags.h"

#include <algorithm>
#include <boost/json/array.hpp>

#include "base/ascii.h"

namespace millrace::ports {

bool is_system_tag(std::string_view key) {
    return starts_with_ignoring_case(key, "aws:");
}

bool has_system_tag(const TagMap& tags) {
    return count_own_tags(tags) < tags.size();
}

bool has_system_tag(const std::vector<std::string>& keys) {
    return std::ranges::any_of(keys, is_system_tag);
}

std::size_t count_own_tags(const TagMap& tags) {
    return static_cast<std::size_t>(
        std::ranges::count_if(tags, [](const auto& tag) { return !is_system_tag(tag.first); }));
}

void add_stack_tags(const ResourceRequest& request, TagMap& tags) {
    tags["aws:cloudformation:logical-id"] = request.logical_id;
    tags["aws:cloudformation:stack-id"] = request.stack_id;
    tags["aws:cloudformation:stack-name"] = request.stack_name;
}

void drop_system_tags(boost::json::object& properties) {
    boost::json::value* tags = properties.if_contains("Tags");
    if (tags == nullptr || !tags->is_array()) return;
    boost::json::array own;
    for (boost::json::value& tag : tags->get_array()) {
        const boost::json::value* key = tag.is_object() ? tag.get_object().if_contains("Key") : nullptr;
        if (key == nullptr || !key->is_string() || !is_system_tag(key->get_string()))
            own.push_back(std::move(tag));
    }
    *tags = std::move(own);
}

}  // namespace millrace::ports
