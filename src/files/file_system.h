#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace millrace::files {

/// An open file. Closed when destroyed. Calls may come from any thread; writes of one file from one at a
/// time. Errors: kIo with the system's words; kResourceExhausted when the disk or the quota is full.
class File {
  public:
    virtual ~File() = default;
    /// Writes the pieces one after another, all of them or an error (then any part may be there).
    virtual Result<> write_at(std::uint64_t position, std::span<const std::string_view> pieces) = 0;
    /// Bytes read: fewer than asked for only at the end of the file.
    virtual Result<std::size_t> read_at(std::uint64_t position, std::span<char> into) = 0;
    /// fdatasync: what was written survives the loss of power. An error also when the file has lost its name.
    virtual Result<> sync() = 0;
    /// Also gives back what was reserved behind `size`.
    virtual Result<> truncate(std::uint64_t size) = 0;
    /// Keeps room on the disk for `bytes` from `position` on, whatever else is written to it, until
    /// truncate() or the file's end; the file's size stays. Does nothing where the system cannot do that.
    virtual Result<> reserve(std::uint64_t position, std::uint64_t bytes) = 0;
    virtual Result<std::uint64_t> size() = 0;
};

/// Keeps a lock file locked until destroyed, or until the process ends in whatever way.
class FileLock {
  public:
    virtual ~FileLock() = default;
};

enum class FileKind { kRegular, kDirectory, kOther };

struct FileInfo {
    FileKind kind = FileKind::kRegular;
    std::uint64_t size = 0;
    /// Changes whenever the contents do; nanoseconds since 1970.
    std::int64_t modified_nanoseconds = 0;
};

struct DirectoryEntry {
    std::string name;
    FileKind kind = FileKind::kRegular;
};

enum class OpenMode {
    kRead,       ///< must exist
    kReadWrite,  ///< must exist
    kCreate,     ///< read and write; created when missing
    kCreateNew,  ///< read and write; must not exist (kAlreadyExists)
};

/// A directory that is held open: to sync it takes no further descriptor.
class Directory {
  public:
    virtual ~Directory() = default;
    /// See FileSystem::sync_directory().
    virtual Result<> sync() = 0;
};

/// The operating system's files as an argument. Paths are the system's own; symbolic links are followed by
/// open() and info(), never by list(), remove(), rename() and link(). Safe from any thread. Errors: kNotFound
/// and kAlreadyExists as the names say, kResourceExhausted when space runs out, kIo otherwise; every message
/// names the path.
class FileSystem {
  public:
    virtual ~FileSystem() = default;

    virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode,
                                               unsigned permissions = 0644) = 0;
    [[nodiscard]] virtual Result<FileInfo> info(const std::string& path) = 0;
    /// Sorted by name, without "." and "..".
    virtual Result<std::vector<DirectoryEntry>> list(const std::string& directory) = 0;
    /// One level; kAlreadyExists when the name is taken.
    virtual Result<> create_directory(const std::string& path) = 0;
    /// A file or a directory with all in it. Replaces `to`, if that is a file or an empty directory.
    virtual Result<> rename(const std::string& from, const std::string& to) = 0;
    /// A second name for the file, on the same disk; kAlreadyExists when `to` is taken.
    virtual Result<> link(const std::string& from, const std::string& to) = 0;
    /// A file or an empty directory.
    virtual Result<> remove(const std::string& path) = 0;
    /// Names created, renamed and removed in the directory survive the loss of power.
    virtual Result<> sync_directory(const std::string& path) = 0;
    virtual Result<std::unique_ptr<Directory>> open_directory(const std::string& path) = 0;
    /// Creates the file if need be and locks it against other processes (and other calls in this one); where
    /// nothing may be written, it must exist (kNotFound). When it is taken: kUnavailable, the message being
    /// the holder's process id in digits, or empty when that is unknown.
    virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;
};

}  // namespace millrace::files
