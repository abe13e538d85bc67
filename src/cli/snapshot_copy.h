#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/units.h"
#include "files/file_system.h"
#include "files/snapshot.h"

namespace millrace::cli {

/// Read and written in one go.
inline constexpr std::size_t kCopyBytes = 1_MiB;
/// So much is written between syncs. A large backlog would make the server's own syncs wait when both write
/// to one disk.
inline constexpr std::uint64_t kBytesPerSync = 8_MiB;

/// Told the bytes copied so far, of all files; false ends the copying.
using OnCopied = std::function<bool(std::uint64_t bytes)>;

/// Copies so many bytes of each file from one directory to another, which is empty, and makes them durable;
/// the names are not. Bytes are copied, never shared with the original (links, reflinks): what damages one
/// must not damage the other. Errors: those of files; kUnavailable when ended by `on_copied`.
Result<> copy_snapshot(files::FileSystem& files, const std::vector<files::SnapshotFile>& snapshot,
                       const std::string& from, const std::string& to, const OnCopied& on_copied);

}  // namespace millrace::cli
