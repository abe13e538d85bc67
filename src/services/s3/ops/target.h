#pragma once

#include <optional>
#include <string>

#include "aws/context.h"
#include "aws/error.h"
#include "services/s3/buckets.h"

namespace millrace::s3 {

/// The bucket that a request names. NoSuchBucket; AccessDenied when another owner than the account is
/// expected.
[[nodiscard]] aws::Outcome<const Bucket*> find_bucket(const Buckets& buckets,
                                                      const aws::RequestContext& context,
                                                      const std::string& bucket,
                                                      const std::optional<std::string>& expected_owner);

/// The same, and a look at the key.
[[nodiscard]] aws::Outcome<const Bucket*> find_place(const Buckets& buckets,
                                                     const aws::RequestContext& context,
                                                     const std::string& bucket, const std::string& key,
                                                     const std::optional<std::string>& expected_owner);

/// The version of that id, or the newest one. NoSuchKey, NoSuchVersion; MethodNotAllowed for a delete marker
/// by its id. The errors tell of delete markers, as S3's headers do.
[[nodiscard]] aws::Outcome<const ObjectVersion*> find_version(const Bucket& bucket, const std::string& key,
                                                              const std::optional<std::string>& version_id);

/// What an answer says of a version: nothing in a bucket that never had versioning.
[[nodiscard]] std::optional<std::string> told_version(const Bucket& bucket, const ObjectVersion& version);

[[nodiscard]] inline std::string quoted(const std::string& etag) {
    return '"' + etag + '"';
}

template <class Owner>
[[nodiscard]] Owner owner_of(const std::string& canonical_user) {
    return {.display_name = std::nullopt, .id = canonical_user};
}

}  // namespace millrace::s3
