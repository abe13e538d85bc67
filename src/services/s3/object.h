#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "codec/checksum.h"
#include "storage/log_store.h"

namespace millrace::s3 {

/// Where bytes are: so many of a log, whose entries hold kChunkBytes each, the last one fewer. Copies of an
/// object share its logs.
struct Extent {
    storage::LogId log;
    std::uint64_t from = 0;
    std::uint64_t bytes = 0;
    friend bool operator==(const Extent&, const Extent&) = default;
};
using Extents = std::vector<Extent>;

/// A sum that the client gave or asked for; every object has one.
struct Checksum {
    codec::ChecksumKind kind = codec::ChecksumKind::kCrc64Nvme;
    bool composite = false;  ///< a sum over the parts' sums, "<base64>-<parts>", not over the bytes
    std::string value;       ///< as it travels
};

/// What a client says about an object besides its bytes.
struct Description {
    std::map<std::string, std::string> headers;   ///< "Content-Type" and others that come back as they are
    std::map<std::string, std::string> metadata;  ///< x-amz-meta-, without the prefix
    std::map<std::string, std::string> tags;
};

/// "null": of versions written while their bucket had no versioning.
inline constexpr const char* kNullVersion = "null";

struct ObjectVersion {
    std::string version_id = kNullVersion;
    std::uint64_t order = 0;  ///< grows with each version that is written, in all buckets
    bool delete_marker = false;
    WallTime modified;
    std::uint64_t bytes = 0;
    std::string etag;  ///< without quotes
    Checksum checksum;
    Description description;
    Extents extents;
    std::vector<std::uint64_t> part_bytes;  ///< of an object that came in parts
};

struct Part {
    std::int32_t number = 0;
    WallTime modified;
    std::uint64_t bytes = 0;
    std::string etag;      ///< hex MD5
    std::string checksum;  ///< of the upload's kind, base64
    Extents extents;
};

/// An object that is coming in parts.
struct Upload {
    std::string id;
    std::string key;
    WallTime initiated;
    Description description;
    codec::ChecksumKind kind = codec::ChecksumKind::kCrc64Nvme;
    bool composite = false;
    std::map<std::int32_t, Part> parts;
};

}  // namespace millrace::s3
