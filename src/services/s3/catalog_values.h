#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "services/s3/bucket.h"

namespace millrace::s3 {

// How the catalog keeps what the service has:
//   s3/buckets/<account>/<bucket>                        a bucket and its settings
//   s3/objects/<account>/<bucket>/<version id>/<key>     a version of an object
//   s3/uploads/<account>/<bucket>/<upload id>            an upload
//   s3/parts/<account>/<bucket>/<upload id>/<number>     a part of it
//   s3/loose/<log id>                                    a log that no object has: to be removed at the next
//   start

inline constexpr std::string_view kBucketPrefix = "s3/buckets/";
inline constexpr std::string_view kObjectPrefix = "s3/objects/";
inline constexpr std::string_view kUploadPrefix = "s3/uploads/";
inline constexpr std::string_view kPartPrefix = "s3/parts/";
inline constexpr std::string_view kLoosePrefix = "s3/loose/";

[[nodiscard]] std::string bucket_key(const BucketRecord& bucket);
[[nodiscard]] std::string object_key(const BucketRecord& bucket, std::string_view key,
                                     std::string_view version_id);
[[nodiscard]] std::string upload_key(const BucketRecord& bucket, std::string_view upload_id);
[[nodiscard]] std::string part_key(const BucketRecord& bucket, std::string_view upload_id,
                                   std::int32_t number);

[[nodiscard]] std::string to_catalog_value(const BucketRecord& bucket);
[[nodiscard]] std::string to_catalog_value(const ObjectVersion& version);
[[nodiscard]] std::string to_catalog_value(const Upload& upload);
[[nodiscard]] std::string to_catalog_value(const Part& part);

// A key's parts behind the prefix and its value, back. kCorruption for what cannot be read.

struct NamedVersion {
    std::string account;
    std::string bucket;
    std::string key;
    ObjectVersion version;
};
struct NamedUpload {
    std::string account;
    std::string bucket;
    Upload upload;
};
struct NamedPart {
    std::string account;
    std::string bucket;
    std::string upload_id;
    Part part;
};
[[nodiscard]] Result<BucketRecord> parse_bucket(std::string_view key, std::string_view value);
[[nodiscard]] Result<NamedVersion> parse_version(std::string_view key, std::string_view value);
[[nodiscard]] Result<NamedUpload> parse_upload(std::string_view key, std::string_view value);
[[nodiscard]] Result<NamedPart> parse_part(std::string_view key, std::string_view value);

}  // namespace millrace::s3
