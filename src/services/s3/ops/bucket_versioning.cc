#include "services/s3/errors.h"
#include "services/s3/ops/operations.h"
#include "services/s3/ops/target.h"

namespace millrace::s3 {

void get_bucket_versioning(Buckets& buckets, const aws::RequestContext& context,
                           api::s3::GetBucketVersioning::Input input,
                           aws::Reply<api::s3::GetBucketVersioning> reply) {
    const auto bucket = find_bucket(buckets, context, input.bucket, input.expected_bucket_owner);
    if (!bucket) return reply(std::unexpected(bucket.error()));
    api::s3::GetBucketVersioningOutput output;
    const Versioning versioning = (*bucket)->record.versioning;
    if (versioning == Versioning::kEnabled) output.status = "Enabled";
    if (versioning == Versioning::kSuspended) output.status = "Suspended";
    reply(std::move(output));
}

void put_bucket_versioning(Buckets& buckets, const aws::RequestContext& context,
                           api::s3::PutBucketVersioning::Input input,
                           aws::Reply<api::s3::PutBucketVersioning> reply) {
    const auto bucket = find_bucket(buckets, context, input.bucket, input.expected_bucket_owner);
    if (!bucket) return reply(std::unexpected(bucket.error()));
    const auto status = input.versioning_configuration.status;
    if (status != "Enabled" && status != "Suspended") {
        return reply(std::unexpected(
            error("IllegalVersioningConfigurationException", "The Versioning element must be specified")));
    }
    buckets.edit(
        context.scope.account, input.bucket,
        [enabled = status == "Enabled"](BucketRecord& record) -> aws::Outcome<void> {
            record.versioning = enabled ? Versioning::kEnabled : Versioning::kSuspended;
            return {};
        },
        [reply = std::move(reply)](aws::Outcome<void> edited) mutable {
            if (!edited) return reply(std::unexpected(std::move(edited.error())));
            reply(aws::Nothing{});
        });
}

}  // namespace millrace::s3
