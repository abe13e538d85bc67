#pragma once

#include <string>

#include "base/error.h"
#include "files/file_system.h"

namespace millrace::cli {

/// The SHA-256, in hex digits, of a file or of all files below a directory: their names, contents, and
/// whether they may be executed. Links are followed; of a directory that is entered already they tell which
/// it is. Errors: kIo, kNotFound; the message names the path.
[[nodiscard]] Result<std::string> content_digest(files::FileSystem& files, const std::string& path);

}  // namespace millrace::cli
