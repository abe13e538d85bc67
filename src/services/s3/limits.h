#pragma once

#include <cstddef>
#include <cstdint>

#include "base/units.h"

namespace millrace::s3 {

// AWS's, unless said otherwise.

inline constexpr std::size_t kKeyBytesMax = 1024;
inline constexpr std::size_t kMetadataBytesMax = 2_KiB;  ///< names and values of x-amz-meta- together
inline constexpr std::size_t kObjectTagsMax = 10;
inline constexpr std::size_t kBucketTagsMax = 50;
inline constexpr std::size_t kTagKeyCharactersMax = 128;
inline constexpr std::size_t kTagValueCharactersMax = 256;
inline constexpr std::int32_t kPartNumberMax = 10'000;
/// Of every part of an upload but its last one.
inline constexpr std::uint64_t kPartBytesMin = 5_MiB;
inline constexpr std::int32_t kListMax = 1000;  ///< entries of one answer, and of one DeleteObjects
inline constexpr std::int32_t kBucketListMax = 10'000;
inline constexpr std::size_t kPolicyBytesMax = 20_KiB;

/// One PutObject, UploadPart or other request of S3, whose body is held in memory while it is taken in. AWS's
/// is 5 GiB; larger objects come in parts.
inline constexpr std::size_t kBodyBytesMax = 512_MiB;

/// An object's bytes are kept in entries of this size, the last one being what is left.
inline constexpr std::size_t kChunkBytes = 1_MiB;
/// Bytes of objects on their way to the disk; the rest waits in memory. Less than the journal's queue holds,
/// as others write, too.
inline constexpr std::size_t kWritingBytesMax = 16_MiB;
/// Sums over more bytes are made in the background.
inline constexpr std::size_t kSumAtHomeBytesMax = 64_KiB;

}  // namespace millrace::s3
