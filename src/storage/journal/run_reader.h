#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "files/file_system.h"
#include "storage/journal/log_index.h"

namespace millrace::storage {

/// Reads runs from segment files, and removes files, off the home executor. Used from one worker only.
class RunReader {
  public:
    static constexpr std::size_t kOpenFilesMax = 64;

    RunReader(files::FileSystem& files, std::string directory)
        : files_(files), directory_(std::move(directory)) {}

    /// Appends the runs' entries from `from` on until a limit stops it; `bytes` counts payloads. True when
    /// one did. Errors: kCorruption, kNotFound when the segment was removed, those of reading.
    Result<bool> read(LogId log, const std::vector<PlacedRun>& runs, Offset from, const ReadLimits& limits,
                      std::vector<Entry>& into, std::size_t& bytes);

    /// Failures are logged: the next start removes what is left.
    void remove(const std::vector<std::uint64_t>& segments);

  private:
    struct OpenFile {
        std::uint64_t segment;
        std::unique_ptr<files::File> file;
    };

    [[nodiscard]] std::string path_of(std::uint64_t segment) const;
    Result<files::File*> open(std::uint64_t segment);

    files::FileSystem& files_;
    std::string directory_;
    std::list<OpenFile> newest_first_;
};

}  // namespace millrace::storage
