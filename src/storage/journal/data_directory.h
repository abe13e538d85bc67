#pragma once

#include <memory>
#include <string>

#include "files/file_system.h"

namespace millrace::storage {

/// The data directory, ours alone until destroyed.
struct DataDirectory {
    std::unique_ptr<files::FileLock> lock;
    std::string journal;  ///< the directory of the segments
};

/// Creates what is missing and takes the lock. Errors: one sentence for people that names the directory.
Result<DataDirectory> open_data_directory(files::FileSystem& files, const std::string& path);

}  // namespace millrace::storage
