#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/units.h"

namespace millrace::lambda {

inline constexpr std::uint64_t kZippedBytesMax = 50_MiB;
/// A request that brings a package in its body, base64 and all; the figure is in AWS's own refusal.
inline constexpr std::size_t kCodeRequestBytesMax = 70'167'211;
inline constexpr std::uint64_t kUnzippedBytesMax = 250_MiB;
inline constexpr std::uint64_t kZipEntriesMax = 200'000;

/// Unpacks the archive into an existing, empty directory. Permission bits come back as they were packed,
/// directories are 0755. Nothing is written outside the directory: a name that is absolute or climbs out, a
/// link that points out, and a name below a link are refused.
///
/// Errors: kInvalidArgument when the archive is damaged or refused, kResourceExhausted past the limits, kIo.
/// What was written before an error stays; the caller removes it.
Result<> unzip(std::string_view archive, const std::string& directory,
               std::uint64_t unzipped_bytes_max = kUnzippedBytesMax);

}  // namespace millrace::lambda
