#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "files/file_system.h"
#include "storage/archive/archive_reader.h"
#include "storage/archive/archive_writer.h"
#include "storage/journal/log_index.h"

namespace millrace::storage {

/// A file of one log; it is never merged with others.
inline constexpr std::uint32_t kOwnFileLevel = ~std::uint32_t{0};

/// An archive file as the index wants to know it.
struct ArchivedFile {
    FileId id;
    FileState state;
    ArchiveIndex index;
};
[[nodiscard]] ArchivedFile archived_file(std::uint64_t number, ArchiveFile file);

/// The files that are written in one go: a log with much gets one of its own, the others share one. Errors:
/// those of ArchiveWriter.
class ArchiveOutputs {
  public:
    struct Options {
        files::FileSystem& files;
        std::string directory;
        std::uint64_t first_number = 0;
        std::uint64_t until = 0;  ///< see ArchiveHeader
        std::uint32_t level = 0;  ///< of the file that logs share
        std::uint64_t own_file_bytes = 0;
        std::unordered_map<LogId, std::uint64_t> sizes = {};  ///< in bytes; a log that is not named is small
    };

    explicit ArchiveOutputs(Options options) : options_(std::move(options)) {}

    /// The file that takes the log's entries.
    Result<ArchiveWriter*> writer_of(LogId log);
    /// All files are durable under their final names when it returns.
    Result<std::vector<ArchivedFile>> finish();
    /// Removes what was written, as far as that is possible.
    void undo();

  private:
    Result<ArchiveWriter*> new_writer(std::uint32_t level);

    struct Output {
        std::uint32_t level;
        std::unique_ptr<ArchiveWriter> writer;
    };

    Options options_;
    std::vector<Output> outputs_;  ///< their numbers follow Options::first_number
    std::unordered_map<LogId, ArchiveWriter*> own_;
    ArchiveWriter* shared_ = nullptr;
};

}  // namespace millrace::storage
