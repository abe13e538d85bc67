#include "services/s3/ops/operations.h"
#include "services/s3/ops/target.h"

namespace millrace::s3 {

void get_bucket_location(Buckets& buckets, const aws::RequestContext& context,
                         api::s3::GetBucketLocation::Input input,
                         aws::Reply<api::s3::GetBucketLocation> reply) {
    const auto bucket = find_bucket(buckets, context, input.bucket, input.expected_bucket_owner);
    if (!bucket) return reply(std::unexpected(bucket.error()));
    api::s3::GetBucketLocationOutput output;
    // us-east-1 is told as nothing.
    if ((*bucket)->record.region != "us-east-1") output.location_constraint = (*bucket)->record.region;
    reply(std::move(output));
}

}  // namespace millrace::s3
