#include "services/s3/ops/operations.h"
#include "services/s3/ops/target.h"

namespace millrace::s3 {

void abort_multipart_upload(Buckets& buckets, const aws::RequestContext& context,
                            api::s3::AbortMultipartUpload::Input input,
                            aws::Reply<api::s3::AbortMultipartUpload> reply) {
    const auto bucket = find_bucket(buckets, context, input.bucket, input.expected_bucket_owner);
    if (!bucket) return reply(std::unexpected(bucket.error()));
    buckets.abort_upload({context.scope.account, input.bucket, input.key}, input.upload_id,
                         [reply = std::move(reply)](aws::Outcome<void> aborted) mutable {
                             if (!aborted) return reply(std::unexpected(std::move(aborted.error())));
                             reply(api::s3::AbortMultipartUploadOutput{});
                         });
}

}  // namespace millrace::s3
