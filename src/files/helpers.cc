#include "files/helpers.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/assert.h"
#include "files/posix_file_system.h"

namespace millrace::files {

std::string join(std::string_view directory, std::string_view name) {
    if (directory.empty() || name.starts_with('/')) return std::string{name};
    std::string path{directory};
    if (!path.ends_with('/')) path += '/';
    return path += name;
}

std::string parent_of(std::string_view path) {
    while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos) return ".";
    return std::string{path.substr(0, slash == 0 ? 1 : slash)};
}

bool exists(FileSystem& files, const std::string& path) {
    return files.info(path).has_value();
}

Result<std::string> read_file(FileSystem& files, const std::string& path, std::uint64_t bytes_max) {
    auto file = files.open(path, OpenMode::kRead);
    if (!file) return std::unexpected(std::move(file.error()));
    // The size is a hint only: files below /proc say 0.
    const auto size = (*file)->size();
    if (!size) return std::unexpected(size.error());
    std::string contents;
    std::size_t chunk = static_cast<std::size_t>(std::min(*size, bytes_max)) + 1;
    for (;;) {
        const std::size_t before = contents.size();
        contents.resize(before + chunk);
        const auto count = (*file)->read_at(before, {contents.data() + before, chunk});
        if (!count) return std::unexpected(count.error());
        contents.resize(before + *count);
        if (contents.size() > bytes_max) {
            return fail(ErrorCode::kResourceExhausted,
                        path + " is larger than " + std::to_string(bytes_max) + " bytes");
        }
        if (*count < chunk) return contents;
        chunk = 65536;
    }
}

Result<> write_file(FileSystem& files, const std::string& path, std::string_view contents,
                    unsigned permissions) {
    auto file = files.open(path, OpenMode::kCreate, permissions);
    if (!file) return std::unexpected(std::move(file.error()));
    const std::string_view pieces[] = {contents};
    if (auto cut = (*file)->truncate(0); !cut) return cut;
    return (*file)->write_at(0, pieces);
}

Result<> write_file_atomically(FileSystem& files, const std::string& path, std::string_view contents,
                               unsigned permissions) {
    const std::string temporary = path + ".new";
    const auto write = [&]() -> Result<> {
        if (auto removed = files.remove(temporary);
            !removed && removed.error().code != ErrorCode::kNotFound) {
            return removed;
        }
        auto file = files.open(temporary, OpenMode::kCreateNew, permissions);
        if (!file) return std::unexpected(std::move(file.error()));
        const std::string_view pieces[] = {contents};
        if (auto written = (*file)->write_at(0, pieces); !written) return written;
        return (*file)->sync();
    };
    auto result = write();
    if (result) result = files.rename(temporary, path);
    if (result) return files.sync_directory(parent_of(path));
    static_cast<void>(files.remove(temporary));
    return result;
}

Result<> create_directories(FileSystem& files, const std::string& path) {
    if (const auto found = files.info(path)) {
        if (found->kind == FileKind::kDirectory) return {};
        return fail(ErrorCode::kAlreadyExists, path + " is there and is not a directory");
    }
    if (const std::string parent = parent_of(path); parent != path) {
        if (auto made = create_directories(files, parent); !made) return made;
    }
    auto made = files.create_directory(path);
    if (!made && made.error().code == ErrorCode::kAlreadyExists) return {};
    return made;
}

Result<> remove_tree(FileSystem& files, const std::string& path) {
    // A link to a directory, a file and an empty directory go with one call; a missing path is what was
    // wanted.
    auto removed = files.remove(path);
    if (removed || removed.error().code == ErrorCode::kNotFound) return {};
    const auto entries = files.list(path);
    if (!entries) return removed;
    for (const DirectoryEntry& entry : *entries) {
        if (auto result = remove_tree(files, join(path, entry.name)); !result) return result;
    }
    return files.remove(path);
}

Result<std::string> make_temporary_directory(std::string_view prefix, std::string_view parent) {
    std::string place{parent};
    if (place.empty()) {
        const char* configured = std::getenv("TMPDIR");
        place = configured != nullptr && *configured != '\0' ? configured : "/tmp";
    }
    std::string path = join(place, prefix) + "XXXXXX";
    if (mkdtemp(path.data()) == nullptr) return fail_errno("create a temporary directory in " + place, errno);
    return path;
}

TemporaryDirectory::TemporaryDirectory(std::string_view prefix) {
    auto made = make_temporary_directory(prefix);
    MILLRACE_ASSERT(made.has_value());
    path_ = std::move(*made);
}

TemporaryDirectory::~TemporaryDirectory() {
    PosixFileSystem files;
    static_cast<void>(remove_tree(files, path_));
}

}  // namespace millrace::files
