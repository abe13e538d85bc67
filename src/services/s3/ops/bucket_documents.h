#pragma once

#include <string>
#include <string_view>

#include "aws/error.h"
#include "services/s3/bucket.h"

namespace millrace::s3 {

/// Makes a setting ("encryption", "lifecycle", "publicAccessBlock", "ownershipControls", "cors",
/// "logging") what a document says, once it fits the API's model. MalformedXML.
[[nodiscard]] aws::Outcome<void> set_document(BucketRecord& record, std::string_view setting,
                                              std::string_view document);

}  // namespace millrace::s3
