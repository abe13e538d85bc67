#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aws/error.h"
#include "services/s3/object.h"

namespace millrace::s3 {

/// The member of an API structure that holds a sum of that kind: the same names in all of them.
template <class Structure>
[[nodiscard]] auto& checksum_member(Structure& structure, codec::ChecksumKind kind) {
    switch (kind) {
        case codec::ChecksumKind::kCrc32:
            return structure.checksum_crc32;
        case codec::ChecksumKind::kCrc32c:
            return structure.checksum_crc32_c;
        case codec::ChecksumKind::kSha1:
            return structure.checksum_sha1;
        case codec::ChecksumKind::kSha256:
            return structure.checksum_sha256;
        case codec::ChecksumKind::kCrc64Nvme:
        case codec::ChecksumKind::kMd5:
            break;
    }
    return structure.checksum_crc64_nvme;
}

/// A sum that a request says its bytes have.
struct ClaimedChecksum {
    codec::ChecksumKind kind;
    std::string value;  ///< base64; of an object in parts perhaps with "-<parts>"
};

/// The one that a request's members hold, if any. InvalidRequest for two.
template <class Structure>
[[nodiscard]] aws::Outcome<std::optional<ClaimedChecksum>> claimed_checksum(const Structure& input) {
    std::optional<ClaimedChecksum> found;
    for (const codec::ChecksumKind kind : codec::kChecksumKinds) {
        const std::optional<std::string>& value = checksum_member(input, kind);
        if (!value) continue;
        if (found) {
            return std::unexpected(aws::ServiceError{
                .code = "InvalidRequest",
                .message =
                    "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."});
        }
        found = ClaimedChecksum{kind, *value};
    }
    return found;
}

[[nodiscard]] inline const char* checksum_type(const Checksum& checksum) {
    return checksum.composite ? "COMPOSITE" : "FULL_OBJECT";
}

}  // namespace millrace::s3
