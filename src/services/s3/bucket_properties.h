#pragma once

#include "aws/error.h"
#include "codec/json.h"
#include "services/s3/bucket.h"

namespace millrace::s3 {

/// Makes a bucket what the properties of an AWS::S3::Bucket say; `previous` are those that it has from its
/// template now. Errors name the property.
[[nodiscard]] aws::Outcome<void> apply_properties(BucketRecord& record, const codec::JsonObject& properties,
                                                  const codec::JsonObject& previous);

}  // namespace millrace::s3
