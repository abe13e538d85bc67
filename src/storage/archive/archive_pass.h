#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "files/file_system.h"
#include "storage/archive/archive_outputs.h"
#include "storage/journal/log_index.h"
#include "storage/journal/storage_directories.h"

namespace millrace::storage {

/// What is rewritten into new archive files in one go.
struct ArchivePass {
    std::vector<FileId> sources;  ///< segments, oldest first, or archive files
    std::uint64_t until = 0;      ///< ArchiveFile::until of the new files
    std::uint32_t level = 0;      ///< of the file that logs share
    /// A log with so much gets a file of its own: of payload in segments, or on the disk in archive files.
    std::uint64_t own_file_bytes = 0;
    std::uint64_t first_number = 0;
    std::uint64_t generation = 0;  ///< LogIndex::generation()
    /// All that lives in the sources; each log's side by side, in ascending order.
    std::vector<std::pair<LogId, Extent>> extents;
};

/// Writes the pass's files; they are durable under their final names when it returns. After an error none of
/// them is left, or what is left is a valid copy. Runs on a worker; `stop` ends it early (kUnavailable).
/// Errors: those of files; a source that is damaged, cannot be read, or is not there, is `damaged` then.
Result<std::vector<ArchivedFile>> run_pass(files::FileSystem& files, const StorageDirectories& directories,
                                           const ArchivePass& pass, const std::atomic<bool>& stop,
                                           std::optional<FileId>& damaged);

}  // namespace millrace::storage
