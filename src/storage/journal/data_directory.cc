#include "storage/journal/data_directory.h"

#include <fmt/format.h>

#include "base/log.h"
#include "files/helpers.h"

namespace millrace::storage {
namespace {

/// True when it had to be created; its name is durable then.
Result<bool> ensure_directory(files::FileSystem& files, const std::string& path) {
    if (const auto info = files.info(path)) {
        if (info->kind == files::FileKind::kDirectory) return false;
        return fail(ErrorCode::kAlreadyExists, path + " is not a directory");
    }
    const std::string parent = files::parent_of(path);
    if (!files::exists(files, parent))
        return fail(ErrorCode::kNotFound, "its parent " + parent + " does not exist");
    if (auto created = files.create_directory(path); !created)
        return std::unexpected(std::move(created.error()));
    if (auto synced = files.sync_directory(parent); !synced)
        return std::unexpected(std::move(synced.error()));
    return true;
}

/// Somebody just made the directory, or long ago. What it lies in may not be ours to open.
void sync_name(files::FileSystem& files, const std::string& path) {
    if (auto synced = files.sync_directory(files::parent_of(path)); !synced) {
        log(LogLevel::kWarn, "the data directory's name may not be durable yet",
            {{"reason", synced.error().message}});
    }
}

Error cannot_use(const std::string& path, const Error& reason) {
    return {reason.code, fmt::format("cannot use data directory {}: {}", path, reason.message)};
}

}  // namespace

Result<std::unique_ptr<files::FileLock>> lock_data_directory(files::FileSystem& files,
                                                             const std::string& path) {
    auto lock = files.lock(files::join(path, "lock"));
    if (lock) return lock;
    if (lock.error().code != ErrorCode::kUnavailable) return std::unexpected(cannot_use(path, lock.error()));
    const std::string& pid = lock.error().message;
    return fail(ErrorCode::kUnavailable, fmt::format("data directory {} is in use by another millrace{}",
                                                     path, pid.empty() ? "" : " (pid " + pid + ")"));
}

Result<DataDirectory> open_data_directory(files::FileSystem& files, const std::string& path) {
    const auto made = ensure_directory(files, path);
    if (!made) return std::unexpected(cannot_use(path, made.error()));

    auto lock = lock_data_directory(files, path);
    if (!lock) return std::unexpected(std::move(lock.error()));

    DataDirectory directory{std::move(*lock), StorageDirectories::below(path)};
    for (const std::string& part : {directory.directories.journal, directory.directories.archive}) {
        if (auto ensured = ensure_directory(files, part); !ensured)
            return std::unexpected(cannot_use(path, ensured.error()));
    }
    if (!*made) sync_name(files, path);
    // Also when they were there: who made them may have ended before that was durable.
    if (auto synced = files.sync_directory(path); !synced)
        return std::unexpected(cannot_use(path, synced.error()));
    return directory;
}

}  // namespace millrace::storage
