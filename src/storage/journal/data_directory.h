#pragma once

#include <memory>
#include <string>

#include "files/file_system.h"
#include "storage/journal/storage_directories.h"

namespace millrace::storage {

/// What a start clears away must not be somebody's own: an error when the directory is there, and neither
/// empty nor ours. Makes nothing.
[[nodiscard]] Result<> check_data_directory(files::FileSystem& files, const std::string& path);

/// Nobody else uses the data directory, which is there, until the lock is destroyed. Errors: kUnavailable,
/// one sentence that names the directory and the other process; kNotFound when there is no lock and none can
/// be made.
Result<std::unique_ptr<files::FileLock>> lock_data_directory(files::FileSystem& files,
                                                             const std::string& path);

/// The data directory, ours alone until destroyed.
struct DataDirectory {
    std::unique_ptr<files::FileLock> lock;
    StorageDirectories directories;
};

/// Creates what is missing and takes the lock. Errors: one sentence for people that names the directory.
Result<DataDirectory> open_data_directory(files::FileSystem& files, const std::string& path);

}  // namespace millrace::storage
