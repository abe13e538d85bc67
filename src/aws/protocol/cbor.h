#pragma once

#include <string>
#include <string_view>

#include "aws/error.h"
#include "aws/model/service_model.h"
#include "aws/model/shape.h"
#include "aws/model/violations.h"

namespace millrace::aws {

// The bodies of AWS's CBOR 1.1, which the Java SDKs speak to Kinesis: JSON 1.1's documents as CBOR. Blobs are
// byte strings, timestamps milliseconds since 1970 under tag 1 (of the SDK for Java: AwsCborProtocolFactory,
// SdkCborGenerator), not seconds as in Smithy's RPC v2.

/// Reads a CBOR map into the structure. Unknown members are ignored, null is as absent, required members that
/// are absent go to the violations. No bytes are an empty map. SerializationException for what is not CBOR,
/// holds a member twice, or is not of the right type.
[[nodiscard]] Outcome<void> decode_cbor(std::string_view bytes, const Shape& shape, void* structure,
                                        Violations& violations);

/// Appends the structure as a CBOR map.
void encode_cbor(std::string& out, const Shape& shape, const void* structure);

/// {"__type": "ResourceNotFoundException", "message": "..."}. The service is nullptr when none was
/// recognised.
[[nodiscard]] std::string cbor_error_body(const ServiceModel* service, const ServiceError& error);

}  // namespace millrace::aws
