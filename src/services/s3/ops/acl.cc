#include "services/s3/names.h"
#include "services/s3/ops/operations.h"
#include "services/s3/ops/target.h"

namespace millrace::s3 {
namespace {

// The owner has everything and nobody else anything: other ACLs are refused.
template <class Output>
Output owner_only(const std::string& account) {
    const std::string user = canonical_user(account);
    Output output;
    output.owner = owner_of<api::s3::Owner>(user);
    api::s3::Grantee owner;
    owner.id = user;
    owner.type = "CanonicalUser";
    output.grants.emplace();
    output.grants->push_back({.grantee = std::move(owner), .permission = "FULL_CONTROL"});
    return output;
}

}  // namespace

void get_bucket_acl(Buckets& buckets, const aws::RequestContext& context, api::s3::GetBucketAcl::Input input,
                    aws::Reply<api::s3::GetBucketAcl> reply) {
    const auto bucket = find_bucket(buckets, context, input.bucket, input.expected_bucket_owner);
    if (!bucket) return reply(std::unexpected(bucket.error()));
    reply(owner_only<api::s3::GetBucketAclOutput>(context.scope.account));
}

void get_object_acl(Buckets& buckets, const aws::RequestContext& context, api::s3::GetObjectAcl::Input input,
                    aws::Reply<api::s3::GetObjectAcl> reply) {
    const auto bucket = find_place(buckets, context, input.bucket, input.key, input.expected_bucket_owner);
    if (!bucket) return reply(std::unexpected(bucket.error()));
    const auto version = find_version(**bucket, input.key, input.version_id);
    if (!version) return reply(std::unexpected(version.error()));
    reply(owner_only<api::s3::GetObjectAclOutput>(context.scope.account));
}

}  // namespace millrace::s3
