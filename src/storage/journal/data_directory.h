#pragma once

#include <memory>
#include <string>

#include "files/file_system.h"
#include "storage/journal/storage_directories.h"

namespace millrace::storage {

/// The data directory, ours alone until destroyed.
struct DataDirectory {
    std::unique_ptr<files::FileLock> lock;
    StorageDirectories directories;
};

/// Creates what is missing and takes the lock. Errors: one sentence for people that names the directory.
Result<DataDirectory> open_data_directory(files::FileSystem& files, const std::string& path);

}  // namespace millrace::storage
