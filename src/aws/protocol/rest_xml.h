#pragma once

#include <string>
#include <string_view>

#include "aws/error.h"
#include "aws/model/service_model.h"
#include "aws/model/violations.h"
#include "aws/protocol/rest_router.h"
#include "codec/form.h"
#include "http/message.h"

namespace millrace::aws {

// The protocol of S3: REST with bodies of XML, or of an object's bytes.

/// Reads a request into the structure: labels, query string, headers, and the body as XML or as the payload
/// member, which takes the request's body over. An "aws-chunked" body is decoded first, its trailers counting
/// as headers. What headers say about a body of XML (Content-MD5, x-amz-checksum-*) is verified; of an
/// object's bytes that is the operation's. An x-amz- header that the operation does not know is refused with
/// NotImplemented, as nothing may be told and then ignored.
[[nodiscard]] Outcome<void> decode_rest_xml(http::Request& request, const PathLabels& labels,
                                            const codec::Form& query, const Shape& shape, void* structure,
                                            Violations& violations);

/// Status, headers and body of an output.
[[nodiscard]] http::Response encode_rest_xml(const OperationModel& operation, const void* output);

/// <Error><Code>...; our general errors under S3's names.
[[nodiscard]] http::Response encode_rest_xml_error(const ServiceError& error, std::string_view request_id);

/// The second id that S3 gives an answer, for its support.
[[nodiscard]] std::string rest_xml_host_id(std::string_view request_id);

}  // namespace millrace::aws
