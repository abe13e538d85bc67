#include "services/s3/ops/operations.h"
#include "services/s3/ops/target.h"

namespace millrace::s3 {

void delete_bucket(Buckets& buckets, const aws::RequestContext& context, api::s3::DeleteBucket::Input input,
                   aws::Reply<api::s3::DeleteBucket> reply) {
    const auto bucket = find_bucket(buckets, context, input.bucket, input.expected_bucket_owner);
    if (!bucket) return reply(std::unexpected(bucket.error()));
    buckets.remove(context.scope.account, input.bucket,
                   [reply = std::move(reply)](aws::Outcome<void> removed) mutable {
                       if (!removed) return reply(std::unexpected(std::move(removed.error())));
                       reply(aws::Nothing{});
                   });
}

}  // namespace millrace::s3
