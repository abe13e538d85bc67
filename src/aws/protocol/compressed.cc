#include "aws/protocol/compressed.h"

#include <utility>

#include "aws/common_errors.h"
#include "codec/gzip.h"

namespace millrace::aws {

bool is_compressed(const http::Headers& headers) {
    return headers.get("Content-Encoding") == "gzip";
}

Outcome<void> expand(http::Request& request) {
    auto body = codec::gzip_decode(request.body, kExpandedBytesMax);
    if (!body) return std::unexpected(serialization_exception(body.error().message));
    request.body = std::move(*body);
    return {};
}

}  // namespace millrace::aws
