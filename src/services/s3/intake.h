#pragma once

#include <functional>
#include <optional>
#include <string>

#include "aws/error.h"
#include "base/shared_bytes.h"
#include "services/s3/buckets.h"
#include "services/s3/checksums.h"

namespace millrace::s3 {

/// Bytes that came, and what is said of them.
struct Incoming {
    SharedBytes bytes;
    std::optional<std::string> content_md5;
    std::optional<ClaimedChecksum> claimed;
    codec::ChecksumKind kind = codec::ChecksumKind::kCrc64Nvme;  ///< of the sum to be kept
};

/// Bytes that are durable, in loose logs.
struct TakenIn {
    std::uint64_t bytes = 0;
    std::string etag;      ///< hex MD5
    std::string checksum;  ///< base64
    Extents extents;
};

/// Makes the sums, verifies what was claimed (BadDigest, InvalidDigest), and writes. What it gives must be
/// put into a bucket or abandoned. Never answers inside the call.
void take_in(Buckets& buckets, Incoming incoming, std::move_only_function<void(aws::Outcome<TakenIn>)> done);

/// Puts bytes that were taken in as an object. `check`, if any, may refuse, seeing the newest version; then,
/// and after any other error, they are abandoned.
void put_taken(Buckets& buckets, ObjectName name, TakenIn taken, Description description,
               codec::ChecksumKind kind,
               std::move_only_function<aws::Outcome<void>(const ObjectVersion* newest)> check,
               Buckets::VersionDone done);

}  // namespace millrace::s3
