#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "files/file_system.h"
#include "storage/journal/log_index.h"
#include "storage/journal/log_table.h"
#include "storage/journal/segment_writer.h"
#include "storage/journal/storage_directories.h"

namespace millrace::storage {

struct Recovered {
    LogTable table;
    LogIndex index;
    std::unique_ptr<SegmentWriter> active;
    std::uint64_t next_archive = 0;  ///< no archive file has this number or a higher one
    std::vector<FileId> dead;        ///< files that nothing needs any more; still on the disk
};

/// Brings the directories into the state that the writer goes on from: reads the newest segment, and of the
/// other files only the indexes of those that may hold something alive. The trace of an interrupted write at
/// the end is cut off. Whatever is readable afterwards is durable, unless kNever. Errors: kCorruption naming
/// file and position; those of the file system.
Result<Recovered> recover_journal(files::FileSystem& files, const StorageDirectories& directories,
                                  FsyncMode mode);

}  // namespace millrace::storage
