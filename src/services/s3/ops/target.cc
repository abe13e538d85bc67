#include "services/s3/ops/target.h"

#include "services/s3/errors.h"
#include "services/s3/names.h"

namespace millrace::s3 {

aws::Outcome<const Bucket*> find_bucket(const Buckets& buckets, const aws::RequestContext& context,
                                        const std::string& bucket,
                                        const std::optional<std::string>& expected_owner) {
    const Bucket* found = buckets.find(context.scope.account, bucket);
    if (found == nullptr) return std::unexpected(no_such_bucket(bucket));
    if (expected_owner && *expected_owner != context.scope.account) return std::unexpected(access_denied());
    return found;
}

aws::Outcome<const Bucket*> find_place(const Buckets& buckets, const aws::RequestContext& context,
                                       const std::string& bucket, const std::string& key,
                                       const std::optional<std::string>& expected_owner) {
    if (auto good = check_key(key); !good) return std::unexpected(std::move(good.error()));
    return find_bucket(buckets, context, bucket, expected_owner);
}

aws::Outcome<const ObjectVersion*> find_version(const Bucket& bucket, const std::string& key,
                                                const std::optional<std::string>& version_id) {
    const ObjectVersion* version = version_id ? bucket.version(key, *version_id) : bucket.newest(key);
    if (version == nullptr)
        return std::unexpected(version_id ? no_such_version(key, *version_id) : no_such_key(key));
    if (!version->delete_marker) return version;
    if (!version_id) return std::unexpected(no_such_key(key));
    return std::unexpected(
        error("MethodNotAllowed", "The specified method is not allowed against this resource.", 405));
}

std::optional<std::string> told_version(const Bucket& bucket, const ObjectVersion& version) {
    if (bucket.record.versioning == Versioning::kNever) return std::nullopt;
    return version.version_id;
}

}  // namespace millrace::s3
