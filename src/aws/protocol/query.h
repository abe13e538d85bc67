#pragma once

#include <string>
#include <string_view>

#include "aws/error.h"
#include "aws/model/service_model.h"
#include "aws/model/violations.h"
#include "codec/form.h"

namespace millrace::aws {

// The query protocol: parameters in, XML out. Blobs are base64, timestamps ISO 8601.

/// Reads parameters into the structure: "Tags.member.1.Key", flattened "AttributeName.1", maps
/// "Tags.entry.1.key" and "Attribute.1.Name". Unknown parameters are ignored, required members that are
/// absent go to the violations. Errors: MalformedInput for a value that is not of its member's type.
[[nodiscard]] Outcome<void> decode_query(const codec::Form& form, const Shape& shape, void* structure,
                                         Violations& violations);

/// <XResponse
/// xmlns="..."><XResult>...</XResult><ResponseMetadata><RequestId>...</RequestId></ResponseMetadata>
/// </XResponse>. `output` is ignored where the operation has none.
[[nodiscard]] std::string encode_query_response(const OperationModel& operation, const void* output,
                                                std::string_view request_id);

/// <ErrorResponse>...; the service may be nullptr when none was recognised.
[[nodiscard]] std::string encode_query_error(const ServiceModel* service, const ServiceError& error,
                                             std::string_view request_id);

/// The code that the query protocol shows.
[[nodiscard]] std::string_view query_error_code(const ServiceError& error);

}  // namespace millrace::aws
