#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "files/file_system.h"
#include "storage/catalog/replay.h"
#include "storage/doctor/directory_contents.h"
#include "storage/doctor/finding.h"
#include "storage/doctor/progress.h"
#include "storage/journal/log_table.h"

namespace millrace::storage {

/// What a look at a data directory found, and what of it a salvage would copy.
struct Inspection {
    struct Log {
        LogState state;
        // Within the state:
        OffsetRanges readable;
        OffsetRanges skipped;  ///< an earlier salvage did not know whether there were any
        OffsetRanges lost;     ///< the rest
        /// Entries may have followed that nothing tells of any more.
        bool end_unknown = false;
    };

    std::vector<Finding> findings;  ///< worst first
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
    std::map<LogId, Log> logs;
    CatalogMap::Pairs catalog;
    /// Every log id that may have been given out is below, as far as anything tells.
    std::uint64_t log_ids_below = 1;
    /// Files from which something is to be copied: only what is, each entry from one file.
    std::vector<FileContents> sources;
    std::uint64_t journal_end = 0;  ///< no place in the journal lies behind
    bool newer_version = false;     ///< a file was written by a newer millrace: what it holds is not known

    /// Puts it where it belongs among the others.
    void add(Finding finding);
    /// Everything is there, and a start takes it.
    [[nodiscard]] bool sound() const;
    [[nodiscard]] std::uint64_t entries() const;
    [[nodiscard]] std::uint64_t entries_lost() const;
};

/// Looks at every byte of the data directory's journal and archive, as a start would see them and beyond;
/// changes nothing. Nobody else may write to the directory. Errors: those of listing it.
Result<Inspection> inspect(files::FileSystem& files, const std::string& data_directory,
                           const Progress& progress = {});

}  // namespace millrace::storage
