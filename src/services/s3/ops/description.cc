#include "services/s3/ops/description.h"

#include <algorithm>

#include "base/utf8.h"
#include "services/s3/limits.h"

namespace millrace::s3 {

aws::Outcome<void> check_description(const Description& description) {
    std::size_t metadata_bytes = 0;
    for (const auto& [name, value] : description.metadata) {
        metadata_bytes += name.size() + value.size();
        if (!is_utf8(name) || !is_utf8(value))
            return std::unexpected(invalid_argument("Metadata must be UTF-8", "x-amz-meta-" + name, ""));
    }
    if (metadata_bytes > kMetadataBytesMax) {
        auto told =
            error("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size");
        told.details = {{"MaxSizeAllowed", std::to_string(kMetadataBytesMax)},
                        {"Size", std::to_string(metadata_bytes)}};
        return std::unexpected(std::move(told));
    }
    for (const auto& [name, value] : description.headers) {
        if (!is_utf8(value)) return std::unexpected(invalid_argument("A header must be UTF-8", name, ""));
    }
    const auto storage_class = told_header(description, kStorageClass);
    if (storage_class == "GLACIER" || storage_class == "DEEP_ARCHIVE" || storage_class == "OUTPOSTS" ||
        storage_class == "SNOW" || storage_class == "EXPRESS_ONEZONE")
        return std::unexpected(not_implemented_header(kStorageClass));
    const auto encryption = told_header(description, kEncryption);
    if (description.headers.contains(kEncryptionKey) &&
        (!encryption || !encryption->starts_with("aws:kms"))) {
        return std::unexpected(
            invalid_argument("Server Side Encryption with AWS KMS managed key requires HTTP header "
                             "x-amz-server-side-encryption : "
                             "aws:kms or aws:kms:dsse",
                             kEncryption, encryption.value_or("null")));
    }
    return {};
}

aws::Outcome<void> check_acl(const std::optional<std::string>& acl) {
    if (!acl || *acl == "private" || *acl == "bucket-owner-full-control") return {};
    return std::unexpected(error("AccessControlListNotSupported", "The bucket does not allow ACLs"));
}

}  // namespace millrace::s3
