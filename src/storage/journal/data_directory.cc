#include "storage/journal/data_directory.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <optional>

#include "base/log.h"
#include "files/helpers.h"
#include "storage/archive/archive_format.h"
#include "storage/journal/segment_format.h"

namespace millrace::storage {
namespace {

constexpr std::string_view kLockName = "lock";
/// What a disk of its own has, and what a first start makes before there is a segment. Hidden names, of
/// mounts and of other programs, do not count.
constexpr std::string_view kNamesOfNobody[] = {"lost+found", kLockName, "journal", "archive", "tls"};
constexpr std::string_view kNamesWithALock[] = {"code", "functions", "runtime", "backup"};

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

/// Whether a file in the directory has a name that only we give.
bool holds(files::FileSystem& files, const std::string& directory,
           std::optional<std::uint64_t> (*parse)(std::string_view)) {
    const auto entries = files.list(directory);
    return entries &&
           std::ranges::any_of(*entries, [&](const auto& entry) { return parse(entry.name).has_value(); });
}

/// The first name in the directory that is not ours; empty when there is none, or when what a journal has is
/// there, too.
std::string foreign_name(files::FileSystem& files, const std::string& path) {
    const auto entries = files.list(path);
    if (!entries) return {};  // it is not there; or the lock says why
    const auto is_named = [](const auto& names, const files::DirectoryEntry& entry) {
        return std::ranges::find(names, entry.name) != std::end(names);
    };
    const bool locked = std::ranges::any_of(
        *entries, [](const files::DirectoryEntry& entry) { return entry.name == kLockName; });
    const auto foreign = std::ranges::find_if(*entries, [&](const files::DirectoryEntry& entry) {
        return !entry.name.starts_with('.') && !is_named(kNamesOfNobody, entry) &&
               !(locked && is_named(kNamesWithALock, entry));
    });
    const StorageDirectories parts = StorageDirectories::below(path);
    if (foreign == entries->end() || files::exists(files, parts.head) ||
        holds(files, parts.journal, parse_segment_name) || holds(files, parts.archive, parse_archive_name))
        return {};
    return foreign->name;
}

Error cannot_use(const std::string& path, const Error& reason) {
    return {reason.code, fmt::format("cannot use data directory {}: {}", path, reason.message)};
}

}  // namespace

Result<> check_data_directory(files::FileSystem& files, const std::string& path) {
    const std::string foreign = foreign_name(files, path);
    if (foreign.empty()) return {};
    return std::unexpected(cannot_use(
        path,
        {ErrorCode::kAlreadyExists,
         fmt::format("it has {} in it and holds nothing of millrace; name an empty directory, or one to "
                     "be made",
                     foreign)}));
}

Result<std::unique_ptr<files::FileLock>> lock_data_directory(files::FileSystem& files,
                                                             const std::string& path) {
    if (auto ours = check_data_directory(files, path); !ours) return std::unexpected(std::move(ours.error()));
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
