#pragma once

#include <string>
#include <string_view>

#include "aws/error.h"
#include "aws/model/shape.h"

namespace millrace::aws {

// Scalars as text: in query parameters, XML, paths, query strings and headers.

/// How a timestamp is written; all forms are read.
enum class TimestampText { kIso8601, kHttpDate };

/// Reads a scalar of the shape's kind. SerializationException (MalformedInput in the query protocol) for what
/// it is not.
[[nodiscard]] Outcome<void> parse_scalar(std::string_view text, const Shape& shape, void* target);

[[nodiscard]] std::string format_scalar(const Shape& shape, const void* value,
                                        TimestampText timestamps = TimestampText::kIso8601);

}  // namespace millrace::aws
