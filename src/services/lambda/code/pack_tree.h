#pragma once

#include <string>

#include "base/error.h"
#include "files/file_system.h"

namespace millrace::lambda {

/// A directory of this machine as a zip archive: what its files and the links to files hold now. Caches of
/// Python and version control are left out. The same files always give the same bytes.
///
/// Reads all files: on the background executor. Errors: kNotFound, kIo, kResourceExhausted past the limits of
/// unzip().
[[nodiscard]] Result<std::string> pack_tree(const std::string& directory);

/// A file of this machine as a package: an archive as it is, any other packed by itself under its name, as
/// `aws cloudformation package` does. What is named .zip or .jar, or begins as an archive does, is left to
/// unzip() to be refused when it is damaged.
///
/// Reads the file: on the background executor. Errors: those of reading; kResourceExhausted past
/// kZippedBytesMax.
[[nodiscard]] Result<std::string> pack_file(files::FileSystem& files, const std::string& path);

}  // namespace millrace::lambda
