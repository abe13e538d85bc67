#include "cli/backup_destination.h"

#include <filesystem>
#include <utility>

#include "files/helpers.h"

namespace millrace::cli {
namespace {

/// Absolute, links resolved as far as it exists, without a slash at the end.
std::string resolved(const std::string& path) {
    std::error_code failed;
    auto whole = std::filesystem::weakly_canonical(std::filesystem::absolute(path), failed);
    if (failed) whole = std::filesystem::absolute(path).lexically_normal();
    std::string text = whole.string();
    while (text.size() > 1 && text.ends_with('/')) text.pop_back();
    return text;
}

/// True when the path is an empty directory, false when there is nothing.
Result<bool> look_at(files::FileSystem& files, const std::string& path) {
    const auto info = files.info(path);
    if (!info && info.error().code == ErrorCode::kNotFound) {
        const std::string parent = files::parent_of(path);
        const auto above = files.info(parent);
        if (above) return false;
        if (above.error().code != ErrorCode::kNotFound) return std::unexpected(above.error());
        return fail(ErrorCode::kNotFound,
                    "cannot make " + path + ": its parent " + parent + " does not exist");
    }
    if (!info) return std::unexpected(info.error());
    if (info->kind != files::FileKind::kDirectory)
        return fail(ErrorCode::kAlreadyExists, path + " is not a directory");
    const auto entries = files.list(path);
    if (!entries) return std::unexpected(entries.error());
    if (!entries->empty()) {
        return fail(ErrorCode::kAlreadyExists,
                    path + " is not empty; a backup goes into a directory of its own");
    }
    return true;
}

}  // namespace

Result<std::unique_ptr<BackupDestination>> BackupDestination::open(files::FileSystem& files,
                                                                   const std::string& path,
                                                                   const std::string& data_directory) {
    const std::string place = resolved(path);
    const std::string data = resolved(data_directory);
    if (place == data || place.starts_with(data + "/")) {
        return fail(ErrorCode::kInvalidArgument, place + " lies in the server's data directory " + data +
                                                     "; a backup belongs elsewhere, best on another disk");
    }
    const auto existed = look_at(files, place);
    if (!existed) return std::unexpected(existed.error());
    const std::string partial = place + ".partial";
    if (files::exists(files, partial)) {
        return fail(
            ErrorCode::kAlreadyExists,
            partial + " is in the way: a backup is under way there, or was cut short; remove it if none is");
    }
    // An empty directory is used itself: it keeps its owner and permissions, and if it cannot be renamed,
    // that shows now.
    auto made = *existed ? files.rename(place, partial) : files.create_directory(partial);
    if (!made && *existed) {
        return fail(made.error().code,
                    made.error().message + "; if it is where a disk is mounted, name a directory below it");
    }
    if (!made) return std::unexpected(made.error());
    return std::unique_ptr<BackupDestination>(new BackupDestination(files, place, *existed));
}

BackupDestination::BackupDestination(files::FileSystem& files, std::string path, bool existed)
    : files_(files), path_(std::move(path)), partial_(path_ + ".partial"), existed_(existed) {}

BackupDestination::~BackupDestination() {
    if (!done_) static_cast<void>(remove_all());
}

Result<> BackupDestination::publish() {
    const auto entries = files_.list(partial_);
    if (!entries) return std::unexpected(entries.error());
    for (const files::DirectoryEntry& entry : *entries) {
        if (entry.kind != files::FileKind::kDirectory) continue;
        if (auto synced = files_.sync_directory(files::join(partial_, entry.name)); !synced) return synced;
    }
    if (auto synced = files_.sync_directory(partial_); !synced) return synced;
    if (auto renamed = files_.rename(partial_, path_); !renamed) return renamed;
    done_ = true;
    const auto synced = files_.sync_directory(files::parent_of(path_));
    if (synced) return {};
    return fail(synced.error().code,
                path_ + " is whole, but may not survive a loss of power: " + synced.error().message);
}

Error BackupDestination::abandon(Error reason) {
    if (std::exchange(done_, true)) return reason;
    const auto removed = remove_all();
    reason.message += removed ? "; nothing is left at " + path_
                              : "; " + partial_ + " is left (" + removed.error().message + ")";
    return reason;
}

Result<> BackupDestination::remove_all() {
    if (!existed_) return files::remove_tree(files_, partial_);
    const auto entries = files_.list(partial_);
    if (!entries) return std::unexpected(entries.error());
    for (const files::DirectoryEntry& entry : *entries) {
        auto removed = files::remove_tree(files_, files::join(partial_, entry.name));
        if (!removed) return removed;
    }
    return files_.rename(partial_, path_);
}

}  // namespace millrace::cli
