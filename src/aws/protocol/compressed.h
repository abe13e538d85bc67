#pragma once

#include <cstddef>

#include "aws/error.h"
#include "http/message.h"

namespace millrace::aws {

/// What a compressed body may become.
inline constexpr std::size_t kExpandedBytesMax = std::size_t{16} << 20U;

/// Whether SDKs compressed the body ("Content-Encoding: gzip"), as they do with large requests of operations
/// whose model allows it (Smithy's requestCompression), PutMetricData among them.
[[nodiscard]] bool is_compressed(const http::Headers& headers);

/// Puts the body in its place that it was before. SerializationException for what is not gzip or grows too
/// large.
[[nodiscard]] Outcome<void> expand(http::Request& request);

}  // namespace millrace::aws
