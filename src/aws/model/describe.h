#pragma once

#include <string>

#include "aws/model/shape.h"

namespace millrace::aws {

/// A value as AWS shows it within an error message: a scalar's text, "[a, b]" for a list, "{k=v}" for a map,
/// "PutRecordsRequestEntry(partitionKey=p)" for a structure, a buffer's position and size instead of a blob's
/// bytes.
[[nodiscard]] std::string describe(const Shape& shape, const void* value);

}  // namespace millrace::aws
