#include "storage/journal/data_directory.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/log.h"
#include "files/helpers.h"
#include "storage/journal/segment_format.h"

namespace millrace::storage {
namespace {

constexpr std::string_view kLockName = "lock";
/// What a disk of its own has, and what a start makes before its lock, or leaves when it is
/// interrupted.
constexpr std::string_view kNamesOfNobody[] = {"lost+found", "journal", "archive", "tls"};

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

/// What a start clears away in a data directory must not be somebody's own.
Result<> check_ours(files::FileSystem& files, const std::string& path) {
    const auto entries = files.list(path);
    if (!entries) return {};  // the lock says why
    bool empty = true;
    for (const files::DirectoryEntry& entry : *entries) {
        if (entry.name == kLockName && entry.kind == files::FileKind::kRegular) return {};
        empty = empty && std::ranges::find(kNamesOfNobody, entry.name) != std::end(kNamesOfNobody);
    }
    if (empty) return {};
    if (const auto journal = files.list(StorageDirectories::below(path).journal)) {
        for (const files::DirectoryEntry& entry : *journal) {
            if (parse_segment_name(entry.name)) return {};
        }
    }
    return fail(ErrorCode::kAlreadyExists,
                "it is not empty and holds nothing of millrace; name an empty directory, or one to be made");
}

Error cannot_use(const std::string& path, const Error& reason) {
    return {reason.code, fmt::format("cannot use data directory {}: {}", path, reason.message)};
}

}  // namespace

Result<std::unique_ptr<files::FileLock>> lock_data_directory(files::FileSystem& files,
                                                             const std::string& path) {
    auto lock = files.lock(files::join(path, kLockName));
    if (lock) return lock;
    if (lock.error().code != ErrorCode::kUnavailable) return std::unexpected(cannot_use(path, lock.error()));
    const std::string& pid = lock.error().message;
    return fail(ErrorCode::kUnavailable, fmt::format("data directory {} is in use by another millrace{}",
                                                     path, pid.empty() ? "" : " (pid " + pid + ")"));
}

Result<DataDirectory> open_data_directory(files::FileSystem& files, const std::string& path) {
    const auto made = ensure_directory(files, path);
    if (!made) return std::unexpected(cannot_use(path, made.error()));

    if (!*made) {
        if (auto ours = check_ours(files, path); !ours)
            return std::unexpected(cannot_use(path, ours.error()));
    }
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
