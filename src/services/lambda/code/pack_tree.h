#pragma once

#include <string>

#include "base/error.h"

namespace millrace::lambda {

/// A directory of this machine as a zip archive: what its files and the links to files hold now. Caches of
/// Python and version control are left out. The same files always give the same bytes.
///
/// Reads all files: on the background executor. Errors: kNotFound, kIo, kResourceExhausted past the limits of
/// unzip().
[[nodiscard]] Result<std::string> pack_tree(const std::string& directory);

}  // namespace millrace::lambda
