#pragma once

#include "aws/error.h"
#include "codec/json.h"
#include "ports/resource_provider.h"
#include "services/s3/bucket.h"

namespace millrace::s3 {

/// Makes a bucket what the request for an AWS::S3::Bucket says; `previous` are those that it has from its
/// template now. Errors name the property.
[[nodiscard]] aws::Outcome<void> apply_properties(BucketRecord& record, const ports::ResourceRequest& request,
                                                  const codec::JsonObject& previous);

}  // namespace millrace::s3
