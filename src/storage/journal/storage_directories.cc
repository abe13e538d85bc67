#include "storage/journal/storage_directories.h"

#include "files/helpers.h"
#include "storage/archive/archive_format.h"
#include "storage/journal/segment_format.h"

namespace millrace::storage {

StorageDirectories StorageDirectories::below(const std::string& data_directory) {
    return {files::join(data_directory, "journal"), files::join(data_directory, "archive"),
            files::join(data_directory, "journal.head")};
}

std::string StorageDirectories::path_of(FileId file) const {
    return file.is_segment() ? files::join(journal, segment_name(file.number))
                             : files::join(archive, archive_name(file.number));
}

}  // namespace millrace::storage
