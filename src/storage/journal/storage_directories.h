#pragma once

#include <string>

#include "storage/journal/file_id.h"

namespace millrace::storage {

/// Where the two kinds of files lie.
struct StorageDirectories {
    std::string journal;
    std::string archive;

    [[nodiscard]] static StorageDirectories below(const std::string& data_directory);
    [[nodiscard]] std::string path_of(FileId file) const;
};

}  // namespace millrace::storage
