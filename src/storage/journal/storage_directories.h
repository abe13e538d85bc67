#pragma once

#include <string>

#include "storage/journal/file_id.h"

namespace millrace::storage {

/// Where the two kinds of files lie, and the journal's head (journal_head.h).
struct StorageDirectories {
    std::string journal;
    std::string archive;
    std::string head;

    [[nodiscard]] static StorageDirectories below(const std::string& data_directory);
    [[nodiscard]] std::string path_of(FileId file) const;
};

}  // namespace millrace::storage
