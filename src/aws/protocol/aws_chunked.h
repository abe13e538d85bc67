#pragma once

#include "aws/error.h"
#include "http/message.h"

namespace millrace::aws {

/// Longest line of a chunk's size with its signature, or of a trailer.
inline constexpr std::size_t kAwsChunkLineBytesMax = 1024;

/// Takes S3's own coding off a body that has it ("Content-Encoding: aws-chunked", or x-amz-content-sha256:
/// STREAMING-...): chunks of "<hex size>[;chunk-signature=...]", each followed by its bytes, then trailers
/// such as x-amz-checksum-crc32, which join the headers. The bytes move within the body, nothing is copied.
/// Signatures of chunks are not verified, as no signatures are. "aws-chunked" leaves the Content-Encoding;
/// what else it names stays.
///
/// Errors: IncompleteBody when it ends too early or x-amz-decoded-content-length says another length,
/// InvalidChunkSizeError and MalformedTrailerError for what cannot be read.
[[nodiscard]] Outcome<void> decode_aws_chunked(http::Request& request);

}  // namespace millrace::aws
