#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace millrace::lambda {

/// What a file or directory of this machine looks like from outside: changes when a file in it is added,
/// removed, resized or written. Python's caches and version control are left out, as running or committing is
/// no change.
struct Tree {
    std::string fingerprint;  ///< 32 bytes
    std::int64_t bytes = 0;
    std::size_t files = 0;
    bool directory = false;
};

/// Whether a directory of that name holds no code: a cache of Python, or version control.
[[nodiscard]] bool is_no_code(std::string_view directory_name);

/// Reads no file, only their sizes and times. kNotFound when the path does not exist.
[[nodiscard]] Result<Tree> look_at_tree(const std::string& path);

}  // namespace millrace::lambda
