#pragma once

#include "aws/model/service_model.h"
#include "aws/model/violations.h"

namespace millrace::aws {

/// Checks a decoded structure against its shape's constraints: lengths, ranges, patterns, enums, at every
/// depth. (That required members are there is seen while decoding.) AWS's own wording, as its front ends
/// answer: "1 validation error detected: Value 'x y' at 'streamName' failed to satisfy constraint: Member
/// must satisfy regular expression pattern: [a-zA-Z0-9_.-]+".
/// Checks nothing for services of ValidationStyle::kParameters, whose operations have words of their own.
void validate(const ServiceModel& service, const Shape& shape, const void* structure, Violations& violations);

}  // namespace millrace::aws
