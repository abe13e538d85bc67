#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "files/file_system.h"
#include "storage/doctor/finding.h"
#include "storage/doctor/journal_history.h"
#include "storage/doctor/progress.h"
#include "storage/journal/file_id.h"
#include "storage/journal/storage_directories.h"

namespace millrace::storage {

/// What of one file can be read.
struct FileContents {
    struct Log {
        OffsetRanges entries;
        // Archives: offsets of which the file says that they have no entries.
        OffsetRanges lost;
        OffsetRanges skipped;
        std::uint64_t payload_bytes = 0;
        WallTime newest = WallTime::min();
    };

    FileId id;
    std::string path;
    std::uint64_t bytes = 0;
    std::map<LogId, Log> logs;
    // Archive files; nullopt when the header cannot be read.
    std::optional<std::uint64_t> until = {};
    std::optional<std::uint32_t> level = {};
};

/// A finding whose meaning depends on what else there is.
struct Trouble {
    Finding finding;
    std::optional<FileId> file = {};
    /// In the journal: entries may have been here.
    std::optional<std::uint64_t> place = {};
    /// What perhaps was here: an unverified header.
    std::optional<FrameHeader> header = {};
    std::map<LogId, OffsetRanges> candidates = {};  ///< entries that may be lost by it
    bool only_if_lost = false;                      ///< nothing is wrong unless entries are lost by it
};

struct CatalogRecord {
    std::size_t file = 0;  ///< index in DirectoryContents::files
    WallTime time;
    std::string payload;
};

/// Everything that a data directory's journal and archive hold, as far as it can be read.
struct DirectoryContents {
    std::vector<FileContents> files;  ///< archives, then segments, each in ascending order
    std::vector<Trouble> troubles;
    JournalHistory history;
    /// Without what may be the trace of an interrupted write at the end: as a start sees it. nullopt when
    /// there is none.
    std::optional<JournalHistory> settled;
    std::map<Offset, CatalogRecord> catalog;  ///< entries of log 0
    std::optional<FileId> newest;             ///< the segment that a start would go on with
    std::uint64_t end = 0;                    ///< place in the journal from where it would
    std::uint64_t bytes = 0;                  ///< of all files
    bool newer_version = false;               ///< a file was written by a newer millrace
};

/// Reads every byte of every segment and archive file; changes nothing. Errors: those of listing the
/// directories.
Result<DirectoryContents> read_directory(files::FileSystem& files, const StorageDirectories& directories,
                                         const Progress& progress);

}  // namespace millrace::storage
