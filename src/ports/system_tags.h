#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ports/resource_provider.h"

namespace millrace::ports {

// Tags that AWS gives: their keys begin with "aws:". Users can neither set nor remove them, and a resource
// has them beside as many of its own as it may have.

using TagMap = std::map<std::string, std::string>;

/// AWS's words for a user's attempt on one.
inline constexpr const char* kSystemTagRefused =
    "aws: prefixed tag key names are not allowed for external use.";

[[nodiscard]] bool is_system_tag(std::string_view key);
[[nodiscard]] bool has_system_tag(const TagMap& tags);
[[nodiscard]] bool has_system_tag(const std::vector<std::string>& keys);
/// How many count against the limit.
[[nodiscard]] std::size_t count_own_tags(const TagMap& tags);

/// Adds those that tell which stack a resource belongs to, and as what. They are no part of its properties:
/// no change of a template, and no drift.
void add_stack_tags(const ResourceRequest& request, TagMap& tags);
/// Takes them out of a property Tags as ResourceProvider::read() gives it, a list of {Key, Value}.
void drop_system_tags(boost::json::object& properties);

}  // namespace millrace::ports
