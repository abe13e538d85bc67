#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "files/file_system.h"

namespace millrace::cli {

/// Where a backup goes: a directory that appears, or is filled, in one step when everything is there. Until
/// then the files lie in `<path>.partial`.
class BackupDestination {
  public:
    /// `path` must be missing or an empty directory, and not in the data directory that is copied. Errors are
    /// sentences for people.
    static Result<std::unique_ptr<BackupDestination>> open(files::FileSystem& files, const std::string& path,
                                                           const std::string& data_directory);
    BackupDestination(const BackupDestination&) = delete;
    BackupDestination& operator=(const BackupDestination&) = delete;
    /// As abandon() if neither it nor publish() was called.
    ~BackupDestination();

    [[nodiscard]] const std::string& path() const { return path_; }  ///< absolute
    [[nodiscard]] const std::string& partial() const { return partial_; }

    /// Makes all names durable and the directory visible. The files must be durable. To be abandoned after an
    /// error.
    Result<> publish();
    /// Leaves everything as it was before open(). Returns the reason, and what became of the files.
    Error abandon(Error reason);

  private:
    BackupDestination(files::FileSystem& files, std::string path, bool existed);
    [[nodiscard]] Result<> remove_all();

    files::FileSystem& files_;
    std::string path_;
    std::string partial_;
    bool existed_;
    bool done_ = false;
};

}  // namespace millrace::cli
