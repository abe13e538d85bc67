#pragma once

#include <string>
#include <string_view>

#include "aws/error.h"
#include "aws/model/shape.h"
#include "aws/model/violations.h"

namespace millrace::aws {

// The bodies of the JSON protocols (1.0, 1.1, and REST). Blobs are base64, timestamps seconds since 1970.

/// Which members of the outermost structure a document holds: those of the body, as on the wire, or also
/// those that a REST protocol carries in path, query string and headers.
enum class JsonMembers { kBody, kAll };

/// Reads a JSON object into the structure. Unknown members are ignored, null is as absent, required members
/// that are absent go to the violations. An empty text is an empty object. SerializationException for what is
/// not JSON or not of the right type. A text with 64 bytes of spare capacity is read where it is, others are
/// copied first.
[[nodiscard]] Outcome<void> decode_json(const std::string& text, const Shape& shape, void* structure,
                                        Violations& violations, JsonMembers members = JsonMembers::kBody);

/// Appends the structure as a JSON object.
void encode_json(std::string& out, const Shape& shape, const void* structure,
                 JsonMembers members = JsonMembers::kBody);

}  // namespace millrace::aws
