#pragma once

#include "aws/operation.h"
#include "services/s3/buckets.h"
#include "services/s3/tags.h"

namespace millrace::s3 {

/// Where a bucket's tags are kept among its settings.
inline constexpr const char* kTaggingSetting = "tagging";

/// No tags: no setting.
void set_bucket_tags(BucketRecord& record, const Tags& tags);
/// As a user asks for it: AWS's own (ports/system_tags.h) must be among them, and just those that the bucket
/// has. InvalidTag.
[[nodiscard]] aws::Outcome<void> replace_bucket_tags(BucketRecord& record,
                                                     const std::vector<api::s3::Tag>& tags);

void put_bucket_tagging(Buckets& buckets, const aws::RequestContext& context,
                        api::s3::PutBucketTagging::Input input, aws::Reply<api::s3::PutBucketTagging> reply);
/// AWS's own stay.
void delete_bucket_tagging(Buckets& buckets, const aws::RequestContext& context,
                           api::s3::DeleteBucketTagging::Input input,
                           aws::Reply<api::s3::DeleteBucketTagging> reply);

}  // namespace millrace::s3
