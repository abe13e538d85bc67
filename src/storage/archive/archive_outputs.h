#pragma once

#include <cstdint>
#include <memory>
#include <optional>
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
        std::size_t open_bytes_max = kArchiveOpenBytesMax;    ///< of all files together
    };

    explicit ArchiveOutputs(Options options)
        : options_(std::move(options)), packer_(std::make_shared<BlockPacker>(BlockPacking{}.zstd_level)) {}

    // To the log's file; see ArchiveWriter.
    Result<> add(LogId log, Offset offset, WallTime time, std::string_view payload);
    Result<> add_gap(LogId log, Offset first, std::uint32_t count, WallTime time, GapReason why);
    /// Nothing more comes for the log: a file of its own is finished and closed, so that very many logs, one
    /// after another, neither take memory nor are open files all at once.
    Result<> end_log(LogId log);
    /// Memory of the blocks that are still open, in all files.
    [[nodiscard]] std::size_t open_bytes() const { return open_bytes_; }
    /// All files are durable under their final names when it returns.
    Result<std::vector<ArchivedFile>> finish();
    /// Removes what was written, as far as that is possible.
    void undo();

  private:
    Result<ArchiveWriter*> writer_of(LogId log);
    Result<std::size_t> new_output(std::uint32_t level);
    template <class Add>
    Result<> add_to(LogId log, Add add);

    struct Output {
        std::uint32_t level;
        std::unique_ptr<ArchiveWriter> writer;  ///< null once it is finished
        std::optional<ArchivedFile> made;
    };
    Result<> finish(Output& output);

    Options options_;
    std::shared_ptr<BlockPacker> packer_;
    std::size_t open_bytes_ = 0;
    std::vector<Output> outputs_;                 ///< their numbers follow Options::first_number
    std::unordered_map<LogId, std::size_t> own_;  ///< in outputs_
    std::optional<std::size_t> shared_;
};

}  // namespace millrace::storage
