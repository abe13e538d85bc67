#pragma once

#include <string_view>
#include <vector>

#include "ports/resource_provider.h"

namespace millrace::ports {

/// What the text tells of properties:
///
///     "Name              a text
///      Size:integer      or number, boolean, json, any
///      Code{Bucket Key}  an object with these members
///      Variables{}       an object with any members, whose values are texts
///      Tags[Key Value]   a list of objects
///      Layers[]          a list of texts"
[[nodiscard]] std::vector<PropertyModel> read_property_types(std::string_view text);

/// The model, whose properties are of the types that the text tells. Each property must be the model's; those
/// that it does not name take anything.
[[nodiscard]] ResourceTypeModel with_types(ResourceTypeModel model, std::string_view text);

}  // namespace millrace::ports
