#pragma once

#include "aws/error.h"
#include "aws/model/shape.h"
#include "aws/model/violations.h"
#include "aws/protocol/rest_router.h"
#include "codec/form.h"
#include "http/message.h"

namespace millrace::aws {

// What the REST protocols have in common: all that is not the body.

/// Reads the members that travel in labels, query string and headers.
[[nodiscard]] Outcome<void> decode_rest_parts(const http::Request& request, const PathLabels& labels,
                                              const codec::Form& query, const Shape& shape, void* structure,
                                              Violations& violations);

/// Adds the headers of an output, and its status where a member says it.
void encode_rest_parts(const Shape& shape, const void* output, http::Response& response);

[[nodiscard]] bool has_body_member(const Shape& shape);

}  // namespace millrace::aws
