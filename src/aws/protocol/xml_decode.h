#pragma once

#include <string_view>

#include "aws/error.h"
#include "aws/model/shape.h"

namespace millrace::aws {

/// Reads a document into a structure. What the root is called makes no difference; an element that the shape
/// does not have is refused, as nothing may be told and then ignored. Errors: MalformedXML, in S3's words.
[[nodiscard]] Outcome<void> decode_xml(std::string_view text, const Shape& shape, void* structure);

}  // namespace millrace::aws
