#include "app/backups.h"

#include <fmt/format.h>
#include <iterator>
#include <utility>

#include "base/log.h"
#include "files/helpers.h"

namespace millrace::app {
namespace {

std::unexpected<Error> no_such_snapshot(const std::string& id) {
    return fail(ErrorCode::kNotFound, "there is no snapshot " + id + "; has the server been restarted?");
}

void log_left_behind(const Result<>& removed) {
    if (!removed) log(LogLevel::kWarn, "cannot remove a snapshot", {{"error", removed.error().message}});
}

}  // namespace

/// A snapshot that is being taken.
struct Backups::Taking {
    Snapshot snapshot;
    Begun begun;
    std::size_t parts = 0;  ///< taken
};

Backups::Backups(Options options)
    : options_(std::move(options)), root_(files::join(options_.data_dir, "backup")) {
    remove(root_, log_left_behind);
}

Backups::~Backups() {
    for (const auto& [id, timer] : snapshots_) {
        if (timer != TimerId{}) options_.home.cancel(timer);
    }
}

std::string Backups::directory_of(const std::string& id) const {
    return files::join(root_, id);
}

void Backups::begin(Begun begun) {
    if (snapshots_.size() >= kSnapshotsMax) {
        return begun(fail(ErrorCode::kResourceExhausted,
                          fmt::format("{} backups are under way already; begin another when one has ended",
                                      kSnapshotsMax)));
    }
    auto taking = std::make_shared<Taking>();
    taking->snapshot.id = make_uuid(options_.random);
    taking->snapshot.directory = directory_of(taking->snapshot.id);
    taking->begun = std::move(begun);
    snapshots_.emplace(taking->snapshot.id, TimerId{});
    in_background([directory = taking->snapshot.directory](
                      files::FileSystem& files) { return files::create_directories(files, directory); },
                  [this, taking](const Result<>& made) {
                      if (!made) return finish(taking, made);
                      take_next(taking);
                  });
}

void Backups::take_next(std::shared_ptr<Taking> taking) {
    if (taking->parts == options_.parts.size()) return finish(std::move(taking), {});
    const Part& part = options_.parts[taking->parts++];
    part(taking->snapshot.directory,
         [this, taking, alive = std::weak_ptr{alive_}](Result<std::vector<files::SnapshotFile>> files) {
             if (alive.expired()) return;
             if (!files) return finish(taking, std::unexpected(std::move(files.error())));
             std::move(files->begin(), files->end(), std::back_inserter(taking->snapshot.files));
             take_next(taking);
         });
}

void Backups::finish(std::shared_ptr<Taking> taking, Result<> taken) {
    if (taken) {
        arm(taking->snapshot.id);
        return taking->begun(std::move(taking->snapshot));
    }
    remove(taking->snapshot.directory, [this, taking, taken = std::move(taken)](const Result<>& removed) {
        log_left_behind(removed);
        snapshots_.erase(taking->snapshot.id);
        taking->begun(std::unexpected(taken.error()));
    });
}

void Backups::arm(const std::string& id) {
    TimerId& timer = snapshots_.at(id);
    if (timer != TimerId{}) options_.home.cancel(timer);
    timer = options_.home.run_at(options_.clock.monotonic() + kSnapshotKept, [this, id] {
        log(LogLevel::kWarn, "removing a snapshot that nobody asked for any more", {{"id", id}});
        end(id, log_left_behind);
    });
}

Result<> Backups::keep(const std::string& id) {
    const auto found = snapshots_.find(id);
    if (found == snapshots_.end() || found->second == TimerId{}) return no_such_snapshot(id);
    arm(id);
    return {};
}

void Backups::end(const std::string& id, Ended ended) {
    const auto found = snapshots_.find(id);
    if (found == snapshots_.end() || found->second == TimerId{}) return ended(no_such_snapshot(id));
    options_.home.cancel(found->second);
    const std::string directory = directory_of(found->first);
    snapshots_.erase(found);
    remove(directory, std::move(ended));
}

void Backups::remove(const std::string& directory, Ended ended) {
    in_background([directory](files::FileSystem& files) { return files::remove_tree(files, directory); },
                  std::move(ended));
}

void Backups::in_background(std::move_only_function<Result<>(files::FileSystem&)> work, Ended then) {
    options_.background.post([work = std::move(work), then = std::move(then), alive = std::weak_ptr{alive_},
                              &files = options_.files, &home = options_.home]() mutable {
        home.post([result = work(files), then = std::move(then), alive = std::move(alive)]() mutable {
            if (!alive.expired()) then(std::move(result));
        });
    });
}

}  // namespace millrace::app
