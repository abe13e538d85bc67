#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

namespace millrace::lambda {

// A bucket as the OnFailure destination of a Kinesis mapping: a failure is an object.

/// "b" of "arn:aws:s3:::b", else nothing.
[[nodiscard]] std::string_view bucket_of_arn(std::string_view arn);

/// "aws/lambda/<mapping>/<shard>/2026/11/28/2026-11-28T13.59.07-<uuid>", as AWS's Lambda developer guide
/// says.
[[nodiscard]] std::string failure_object_key(std::string_view mapping, std::string_view shard_id,
                                             WallTime now, std::string_view uuid);

}  // namespace millrace::lambda
