#include "services/s3/limits.h"
#include "services/s3/ops/operations.h"
#include "services/s3/ops/target.h"
#include "services/s3/tags.h"

namespace millrace::s3 {
namespace {

/// Makes the tags those, and answers with the version's id.
template <class Op>
void set_tags(Buckets& buckets, const aws::RequestContext& context, const std::string& bucket,
              const std::string& key, std::optional<std::string> version_id, Tags tags,
              aws::Reply<Op> reply) {
    buckets.describe(
        {context.scope.account, bucket, key}, std::move(version_id),
        [tags = std::move(tags)](Description& description) mutable -> aws::Outcome<void> {
            description.tags = std::move(tags);
            return {};
        },
        [&buckets, account = context.scope.account, bucket,
         reply = std::move(reply)](aws::Outcome<ObjectVersion> set) mutable {
            if (!set) return reply(std::unexpected(std::move(set.error())));
            typename Op::Output output;
            if (const Bucket* into = buckets.find(account, bucket))
                output.version_id = told_version(*into, *set);
            reply(std::move(output));
        });
}

}  // namespace

void get_object_tagging(Buckets& buckets, const aws::RequestContext& context,
                        api::s3::GetObjectTagging::Input input, aws::Reply<api::s3::GetObjectTagging> reply) {
    const auto bucket = find_place(buckets, context, input.bucket, input.key, input.expected_bucket_owner);
    if (!bucket) return reply(std::unexpected(bucket.error()));
    const auto version = find_version(**bucket, input.key, input.version_id);
    if (!version) return reply(std::unexpected(version.error()));
    reply(api::s3::GetObjectTaggingOutput{.version_id = told_version(**bucket, **version),
                                          .tag_set = from_tags((*version)->description.tags)});
}

void put_object_tagging(Buckets& buckets, const aws::RequestContext& context,
                        api::s3::PutObjectTagging::Input input, aws::Reply<api::s3::PutObjectTagging> reply) {
    const auto bucket = find_place(buckets, context, input.bucket, input.key, input.expected_bucket_owner);
    if (!bucket) return reply(std::unexpected(bucket.error()));
    auto tags = to_tags(input.tagging.tag_set, kObjectTagsMax);
    if (!tags) return reply(std::unexpected(std::move(tags.error())));
    set_tags<api::s3::PutObjectTagging>(buckets, context, input.bucket, input.key,
                                        std::move(input.version_id), std::move(*tags), std::move(reply));
}

void delete_object_tagging(Buckets& buckets, const aws::RequestContext& context,
                           api::s3::DeleteObjectTagging::Input input,
                           aws::Reply<api::s3::DeleteObjectTagging> reply) {
    const auto bucket = find_place(buckets, context, input.bucket, input.key, input.expected_bucket_owner);
    if (!bucket) return reply(std::unexpected(bucket.error()));
    set_tags<api::s3::DeleteObjectTagging>(buckets, context, input.bucket, input.key,
                                           std::move(input.version_id), {}, std::move(reply));
}

}  // namespace millrace::s3
