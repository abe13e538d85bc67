#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "aws/error.h"
#include "aws/model/service_model.h"
#include "aws/model/shape.h"
#include "aws/model/violations.h"

namespace millrace::aws {

// The bodies of two protocols: of AWS's CBOR 1.1, which the Java SDKs speak to Kinesis, JSON 1.1's documents
// as CBOR (of the SDK for Java: AwsCborProtocolFactory, SdkCborGenerator); and of Smithy's RPC v2, which
// current SDKs speak to CloudWatch. Blobs are byte strings, timestamps stand under tag 1.

/// What counts the time since 1970.
enum class CborTime : std::uint8_t {
    kMilliseconds,  ///< CBOR 1.1: an integer
    kSeconds,       ///< RPC v2: a floating-point number
};

/// Reads a CBOR map into the structure. Unknown members are ignored, null is as absent, required members that
/// are absent go to the violations. No bytes are an empty map. SerializationException for what is not CBOR,
/// holds a member twice, or is not of the right type.
[[nodiscard]] Outcome<void> decode_cbor(std::string_view bytes, const Shape& shape, void* structure,
                                        Violations& violations, CborTime time = CborTime::kMilliseconds);

/// Appends the structure as a CBOR map.
void encode_cbor(std::string& out, const Shape& shape, const void* structure,
                 CborTime time = CborTime::kMilliseconds);

/// {"__type": "ResourceNotFoundException", "message": "..."}. The service is nullptr when none was
/// recognised.
[[nodiscard]] std::string cbor_error_body(const ServiceModel* service, const ServiceError& error);

}  // namespace millrace::aws
