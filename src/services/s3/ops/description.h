#pragma once

#include <optional>
#include <string>

#include "aws/error.h"
#include "base/time.h"
#include "services/s3/bucket.h"
#include "services/s3/errors.h"
#include "services/s3/object.h"
#include "services/s3/tags.h"

namespace millrace::s3 {

// Headers that are kept and come back.
inline constexpr const char* kCacheControl = "Cache-Control";
inline constexpr const char* kContentDisposition = "Content-Disposition";
inline constexpr const char* kContentEncoding = "Content-Encoding";
inline constexpr const char* kContentLanguage = "Content-Language";
inline constexpr const char* kContentType = "Content-Type";
inline constexpr const char* kExpires = "Expires";
inline constexpr const char* kStorageClass = "x-amz-storage-class";
inline constexpr const char* kEncryption = "x-amz-server-side-encryption";
inline constexpr const char* kEncryptionKey = "x-amz-server-side-encryption-aws-kms-key-id";
inline constexpr const char* kBucketKey = "x-amz-server-side-encryption-bucket-key-enabled";
inline constexpr const char* kDefaultContentType = "binary/octet-stream";
inline constexpr const char* kDefaultStorageClass = "STANDARD";

/// MetadataTooLarge; InvalidArgument for what is not UTF-8; NotImplemented for storage classes from which
/// objects must be restored.
[[nodiscard]] aws::Outcome<void> check_description(const Description& description);

/// As of buckets whose owner owns all objects, AWS's default: AccessControlListNotSupported for what grants
/// anybody else anything.
[[nodiscard]] aws::Outcome<void> check_acl(const std::optional<std::string>& acl);

/// What PutObject, CreateMultipartUpload and CopyObject say of an object, without tags.
template <class Input>
[[nodiscard]] Description describe_input(Input& input) {
    Description description;
    const auto keep = [&](const char* name, std::optional<std::string>& value) {
        if (value) description.headers.emplace(name, std::move(*value));
    };
    keep(kCacheControl, input.cache_control);
    keep(kContentDisposition, input.content_disposition);
    keep(kContentEncoding, input.content_encoding);
    keep(kContentLanguage, input.content_language);
    keep(kContentType, input.content_type);
    keep(kExpires, input.expires);
    keep(kStorageClass, input.storage_class);
    keep(kEncryption, input.server_side_encryption);
    keep(kEncryptionKey, input.ssekms_key_id);
    if (input.bucket_key_enabled.value_or(false)) description.headers.emplace(kBucketKey, "true");
    if (input.metadata) description.metadata = std::move(*input.metadata);
    return description;
}

/// The same with tags, checked.
template <class Input>
[[nodiscard]] aws::Outcome<Description> read_description(Input& input) {
    if (auto good = check_acl(input.acl); !good) return std::unexpected(std::move(good.error()));
    Description description = describe_input(input);
    if (input.tagging) {
        auto tags = parse_tagging(*input.tagging);
        if (!tags) return std::unexpected(std::move(tags.error()));
        description.tags = std::move(*tags);
    }
    if (auto good = check_description(description); !good) return std::unexpected(std::move(good.error()));
    return description;
}

[[nodiscard]] inline std::optional<std::string> told_header(const Description& description,
                                                            const char* name) {
    const auto found = description.headers.find(name);
    return found == description.headers.end() ? std::nullopt : std::optional(found->second);
}

/// The members about encryption, which all answers about an object have.
template <class Output>
void tell_encryption(const Description& description, Output& output) {
    output.server_side_encryption = told_header(description, kEncryption);
    output.ssekms_key_id = told_header(description, kEncryptionKey);
    if (description.headers.contains(kBucketKey)) output.bucket_key_enabled = true;
}

}  // namespace millrace::s3
