#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "files/file_system.h"
#include "storage/journal/log_index.h"
#include "storage/journal/log_table.h"
#include "storage/journal/segment_writer.h"

namespace millrace::storage {

struct Recovered {
    LogTable table;
    LogIndex index;
    std::unique_ptr<SegmentWriter> active;
    std::vector<std::uint64_t> dead;  ///< segments that nothing needs any more; still on the disk
};

/// Brings the journal directory into the state that the writer goes on from: reads the newest segment, and of
/// older ones only the indexes of those that hold something alive. The trace of an interrupted write at the
/// end is cut off. Whatever is readable afterwards is durable, unless kNever. Errors: kCorruption naming file
/// and position; those of the file system.
Result<Recovered> recover_journal(files::FileSystem& files, const std::string& directory, FsyncMode mode);

}  // namespace millrace::storage
