#pragma once

#include <string>

#include "aws/error.h"
#include "services/s3/bucket.h"

namespace millrace::s3 {

/// NoSuchUpload, also for another key than the upload's.
[[nodiscard]] aws::Outcome<const Upload*> find_upload(const Bucket& bucket, const std::string& key,
                                                      const std::string& upload_id);

/// InvalidArgument outside 1 to kPartNumberMax.
[[nodiscard]] aws::Outcome<void> check_part_number(std::int32_t number);

}  // namespace millrace::s3
