#include "services/s3/ops/operations.h"
#include "services/s3/ops/target.h"

namespace millrace::s3 {

void head_bucket(Buckets& buckets, const aws::RequestContext& context, api::s3::HeadBucket::Input input,
                 aws::Reply<api::s3::HeadBucket> reply) {
    const auto bucket = find_bucket(buckets, context, input.bucket, input.expected_bucket_owner);
    if (!bucket) return reply(std::unexpected(bucket.error()));
    reply(api::s3::HeadBucketOutput{.bucket_region = (*bucket)->record.region});
}

}  // namespace millrace::s3
