#pragma once

#include <string>
#include <string_view>

#include "aws/error.h"
#include "services/s3/bucket.h"
#include "services/s3/tags.h"

namespace millrace::s3 {

/// MalformedPolicy for what is no policy in its form; nothing evaluates it.
[[nodiscard]] aws::Outcome<void> check_policy(std::string_view policy);

// Settings that are given with the bucket itself.

void set_ownership(BucketRecord& record, const std::string& ownership);
/// No tags: no setting.
void set_bucket_tags(BucketRecord& record, const Tags& tags);

}  // namespace millrace::s3
