#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "files/file_system.h"
#include "storage/archive/archive_format.h"
#include "storage/log_store.h"

namespace millrace::storage {

// Reading archive files. Any thread, several at a time on one file. `path` is for messages, `number` is the
// one in the file's name. Errors: kCorruption naming path and byte, or saying that a newer version wrote the
// file; those of reading.

struct ArchiveFile {
    std::uint64_t until = 0;  ///< see ArchiveHeader
    std::uint32_t level = 0;  ///< see ArchiveHeader
    ArchiveIndex index;
    std::uint64_t bytes = 0;  ///< the file's
};

/// Header and index only: blocks are not looked at.
Result<ArchiveFile> read_archive(files::File& file, const std::string& path, std::uint64_t number);

/// The log's entries of the run, which the index names, from `from` on; none when it ends before. Payloads
/// are slices of one buffer that holds the whole block.
Result<std::vector<Entry>> read_block(files::File& file, const std::string& path, std::uint64_t number,
                                      LogId log, const Run& run, Offset from);

}  // namespace millrace::storage
