#pragma once

#include <string_view>

#include "base/error.h"
#include "codec/json.h"
#include "codec/xml_tree.h"

namespace millrace::codec {

/// Reads an answer of AWS's query protocol; returns what stands inside the root element. An element with text
/// is a string, one whose children are all <member> an array, any other an object, in which of children of
/// one name the last one counts. An empty element is an empty string. Attributes, comments and the
/// declaration are skipped; document types are refused.
[[nodiscard]] Result<Json> read_xml(std::string_view text);

}  // namespace millrace::codec
