#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "files/file_system.h"

namespace millrace::lambda {

/// A file that is part of the binary.
struct Resource {
    std::string_view path;  ///< "python/bootstrap.py"
    std::string_view contents;
};

/// The bootstraps of the runtimes; written by CMake from the files beside this one.
[[nodiscard]] std::span<const Resource> runtime_resources();

/// Modules that AWS adds to code which stands in a template; from the files in inline/.
[[nodiscard]] std::span<const Resource> inline_modules();

/// Puts the bootstraps below the directory, where interpreters find them.
Result<> write_runtime_resources(files::FileSystem& files, const std::string& directory);

}  // namespace millrace::lambda
