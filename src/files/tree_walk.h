#pragma once

#include <functional>
#include <string>

#include "base/error.h"

namespace millrace::files {

struct TreeEntry {
    std::string path;   ///< begins with the root
    bool is_directory;  ///< else a regular file
    /// Of a directory that was entered already by another path: that path. It is not entered again, so that
    /// links in circles come to an end.
    std::string entered_by;
};

/// A real directory and all that is below it, links followed, or a file by itself. A directory comes before
/// what is in it, which is read after it was visited; names are in the order of their bytes. What is neither
/// file nor directory is left out, and so is what goes meanwhile. Errors: kNotFound, when the root is not
/// there; kIo; what the visit returns.
[[nodiscard]] Result<> walk_tree(const std::string& root,
                                 const std::function<Result<>(const TreeEntry&)>& visit);

}  // namespace millrace::files
