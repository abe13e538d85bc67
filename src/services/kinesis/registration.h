#pragma once

#include <string>

#include "services/kinesis/ops/target.h"
#include "services/kinesis/streams.h"

namespace millrace::kinesis {

/// Registers a consumer with the stream, for the API and for templates. Errors: those of resolve(),
/// ResourceInUseException for a stream that is not ACTIVE or has a consumer of the name,
/// InvalidArgumentException for tags that AWS refuses, LimitExceededException for too many consumers.
void register_consumer(Streams& streams, const aws::Scope& scope, const Target& stream, std::string name,
                       Tags tags, Consumers::RegisterDone done);

}  // namespace millrace::kinesis
