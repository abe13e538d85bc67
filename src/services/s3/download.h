#pragma once

#include <functional>
#include <memory>
#include <string>

#include "aws/error.h"
#include "http/response_stream.h"
#include "services/s3/object_bytes.h"

namespace millrace::s3 {

/// Sends bytes at the speed of who takes them, reading ahead a little. The bytes stay readable until the end,
/// whatever becomes of their object. `bytes` must outlive it, but for reset() and the client's going.
[[nodiscard]] http::StreamReader send_bytes(ObjectBytes& bytes, Extents extents);

/// All of them at once: for what fits into memory.
void collect_bytes(ObjectBytes& bytes, Extents extents,
                   std::move_only_function<void(Result<std::string>)> done);

}  // namespace millrace::s3
