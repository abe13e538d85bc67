#pragma once

#include "aws/error.h"
#include "aws/model/service_model.h"
#include "aws/model/violations.h"
#include "aws/protocol/rest_router.h"
#include "codec/form.h"
#include "http/message.h"

namespace millrace::aws {

/// Reads a REST request into the structure: labels of the path, query string, headers, and the body as JSON
/// or as the payload member.
[[nodiscard]] Outcome<void> decode_rest_json(const http::Request& request, const PathLabels& labels,
                                             const codec::Form& query, const Shape& shape, void* structure,
                                             Violations& violations);

/// Status, headers and body of an output.
[[nodiscard]] http::Response encode_rest_json(const OperationModel& operation, const void* output);

}  // namespace millrace::aws
