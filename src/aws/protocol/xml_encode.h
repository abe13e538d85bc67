#pragma once

#include <string_view>

#include "aws/model/shape.h"
#include "codec/xml.h"

namespace millrace::aws {

// Values as XML elements, as the query and the REST-XML protocol write them.

/// An element of that name; a flattened list or map is one for each of its entries.
void encode_xml(codec::XmlWriter& writer, std::string_view name, const Shape& shape, const void* value);

/// What stands in a structure's element: the members of the body that are there. `name` and what the shape
/// names must live until the writer's end().
void encode_xml_members(codec::XmlWriter& writer, const Shape& shape, const void* structure);

}  // namespace millrace::aws
