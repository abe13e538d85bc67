#pragma once

#include <string>
#include <string_view>

#include "files/file_system.h"

namespace millrace::files {

/// "a" and "b" to "a/b"; an absolute second path stands for itself.
[[nodiscard]] std::string join(std::string_view directory, std::string_view name);

/// What lies before the last slash: "." for a bare name, "/" for a name in the root.
[[nodiscard]] std::string parent_of(std::string_view path);

[[nodiscard]] bool exists(FileSystem& files, const std::string& path);

/// The whole file; kResourceExhausted when it is larger than `bytes_max`.
Result<std::string> read_file(FileSystem& files, const std::string& path,
                              std::uint64_t bytes_max = 1ULL << 30);

/// Creates or overwrites; neither atomic nor durable. For what can be made again.
Result<> write_file(FileSystem& files, const std::string& path, std::string_view contents,
                    unsigned permissions = 0644);

/// Readers and crashes see the old contents or the new, never a mixture; durable when it returns.
Result<> write_file_atomically(FileSystem& files, const std::string& path, std::string_view contents,
                               unsigned permissions = 0644);

/// The directory and the missing ones above it; that it exists already is fine.
Result<> create_directories(FileSystem& files, const std::string& path);

/// The file, or the directory and all below it, without following links; that it is missing is fine.
Result<> remove_tree(FileSystem& files, const std::string& path);

/// A new empty directory "<parent>/<prefix>XXXXXX"; parent "" is the system's place for temporary files.
Result<std::string> make_temporary_directory(std::string_view prefix, std::string_view parent = {});

/// A real directory that goes, with all in it, when this does.
class TemporaryDirectory {
  public:
    explicit TemporaryDirectory(std::string_view prefix = "millrace-");
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory();
    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    std::string path_;
};

}  // namespace millrace::files
