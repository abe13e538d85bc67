#pragma once

#include <optional>

#include "aws/error.h"
#include "base/time.h"
#include "codec/form.h"

namespace millrace::aws {

/// A URL may be good for a week at most, and may be that much ahead of the server's clock.
inline constexpr Seconds kPresignedMax{604'800};
inline constexpr Seconds kPresignedAheadMax{15 * 60};

/// Why a URL that was signed in its query (version 4, and 2, which S3 takes still) is not good now; nothing
/// when it is, or is not signed so. The signature itself is not checked.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
[[nodiscard]] std::optional<ServiceError> refuse_presigned(const codec::Form& query, WallTime now);

}  // namespace millrace::aws
