#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "files/file_system.h"
#include "storage/journal/block_cache.h"
#include "storage/journal/log_index.h"
#include "storage/journal/storage_directories.h"

namespace millrace::storage {

/// What a read has so far.
struct ReadProgress {
    Offset from;  ///< next entry wanted
    std::vector<Entry> entries;
    std::size_t bytes = 0;  ///< of payload
    bool full = false;      ///< a limit stopped it
    Offset sound_until;     ///< behind the last run that was good as a whole, returned or not
};

/// Reads runs from segments and archive files, and removes files, off the home executor. Used from one worker
/// only.
class RunReader {
  public:
    static constexpr std::size_t kOpenFilesMax = 64;

    RunReader(files::FileSystem& files, StorageDirectories directories)
        : files_(files), directories_(std::move(directories)) {}

    /// Appends the runs' entries until a limit stops it. Errors: kCorruption, kNotFound when the file was
    /// removed, those of reading; what lies before the failure has been appended.
    Result<> read(LogId log, std::span<const PlacedRun> runs, const ReadLimits& limits,
                  ReadProgress& progress);

    /// Failures are logged: the next start removes what is left.
    void remove(std::span<const FileId> files);

  private:
    struct OpenFile {
        FileId id;
        std::unique_ptr<files::File> file;
    };

    Result<files::File*> open(FileId id);
    /// The run's entries from `from` on, valid until the next call; those before the failure when it fails.
    std::pair<std::span<const Entry>, Result<>> entries_of(LogId log, const PlacedRun& placed, Offset from);

    files::FileSystem& files_;
    StorageDirectories directories_;
    std::list<OpenFile> newest_first_;
    BlockCache blocks_;
    std::vector<Entry> run_;  ///< of a segment, read last
};

}  // namespace millrace::storage
