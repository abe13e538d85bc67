#include "files/change_watch.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <optional>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/assert.h"
#include "files/helpers.h"
#include "files/tree_walk.h"

namespace millrace::files {
namespace {

constexpr std::uint32_t kChanges = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE;
constexpr std::uint32_t kRemovals = IN_DELETE | IN_MOVED_FROM | IN_ATTRIB;
constexpr std::uint32_t kWatched = kChanges | kRemovals | IN_MOVE_SELF | IN_ONLYDIR;
/// Whoever copies a directory, or saves several files, is done when nothing has changed for so long ...
constexpr int kQuietMilliseconds = 30;
/// ... and what changes all the time is told all the same.
constexpr std::chrono::seconds kUnrestMax{2};
constexpr std::size_t kBufferBytes = 4096;

}  // namespace

ChangeWatch::~ChangeWatch() {
    ::close(notifications_);
    ::close(stopped_);
}

Result<std::unique_ptr<ChangeWatch>> ChangeWatch::open() {
    const int notifications = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (notifications < 0) return fail_errno("watch files", errno);
    const int stopped = ::eventfd(0, EFD_CLOEXEC);
    MILLRACE_ASSERT(stopped >= 0);
    return std::unique_ptr<ChangeWatch>(new ChangeWatch(notifications, stopped));
}

Result<ChangeWatch::Followed*> ChangeWatch::watch(const std::string& directory) {
    const int watched = ::inotify_add_watch(notifications_, directory.c_str(), kWatched);
    if (watched < 0) return fail_errno("watch " + directory, errno);
    return &followed_[watched];
}

/// In the directory that holds it. Where that is missing, it is followed itself, in what would hold it.
Result<> ChangeWatch::follow_name(const std::string& path) {
    const std::string parent = parent_of(path);
    auto watched = watch(parent);
    const auto missing = [&] {
        return !watched && watched.error().code == ErrorCode::kNotFound && parent != path;
    };
    if (missing()) {
        if (auto followed = follow_name(parent); !followed) return followed;
        watched = watch(parent);  // it may have come meanwhile
        if (missing()) return {};
    }
    if (!watched) return std::unexpected(watched.error());
    (*watched)->names.insert(path.substr(path.find_last_of('/') + 1));
    return {};
}

Result<> ChangeWatch::follow_contents(const std::string& path) {
    const auto followed = walk_tree(path, [this](const TreeEntry& entry) -> Result<> {
        if (!entry.is_directory || !entry.entered_by.empty()) return {};
        const auto watched = watch(entry.path);
        if (watched) (*watched)->everything = true;
        const bool is_gone = !watched && watched.error().code == ErrorCode::kNotFound;
        return watched || is_gone ? Result<>() : std::unexpected(watched.error());
    });
    const bool is_missing = !followed && followed.error().code == ErrorCode::kNotFound;
    return is_missing ? Result<>() : followed;
}

Result<> ChangeWatch::follow(const std::string& path) {
    if (auto followed = follow_name(path); !followed) return followed;
    return follow_contents(path);
}

bool ChangeWatch::take(const char* buffer, std::size_t size) {
    bool changed = false;
    for (std::size_t at = 0; at + sizeof(inotify_event) <= size;) {
        inotify_event event{};
        std::memcpy(&event, buffer + at, sizeof(event));
        const char* name = event.len > 0 ? buffer + at + sizeof(event) : "";
        at += sizeof(event) + event.len;
        if ((event.mask & IN_Q_OVERFLOW) != 0) changed = true;  // some were lost
        const auto found = followed_.find(event.wd);
        if (found == followed_.end()) continue;
        const Followed& followed = found->second;
        if ((event.mask & IN_IGNORED) != 0) {
            // The directory is gone: what was awaited in it has to be followed again.
            changed |= !followed.names.empty();
            followed_.erase(found);
            continue;
        }
        // Another may come to stand where it stood.
        if ((event.mask & IN_MOVE_SELF) != 0) ::inotify_rm_watch(notifications_, event.wd);
        changed |=
            *name && (followed.everything || ((event.mask & kChanges) != 0 && followed.names.contains(name)));
    }
    return changed;
}

bool ChangeWatch::take() {
    alignas(inotify_event) std::array<char, kBufferBytes> buffer;
    const ssize_t size = ::read(notifications_, buffer.data(), buffer.size());
    return size > 0 && take(buffer.data(), static_cast<std::size_t>(size));
}

ChangeWatch::News ChangeWatch::await(int milliseconds) const {
    std::array<pollfd, 2> ready{{{notifications_, POLLIN, 0}, {stopped_, POLLIN, 0}}};
    const int came = ::poll(ready.data(), ready.size(), milliseconds);
    if (came < 0) return errno == EINTR ? News::kNotifications : News::kStop;
    if ((ready[1].revents & POLLIN) != 0) return News::kStop;
    return came == 0 ? News::kNone : News::kNotifications;
}

bool ChangeWatch::wait() {
    using Clock = std::chrono::steady_clock;
    std::optional<Clock::time_point> changed;
    for (;;) {
        switch (await(changed ? kQuietMilliseconds : -1)) {
            case News::kStop:
                return false;
            case News::kNone:
                return true;
            case News::kNotifications:
                if (take() && !changed) changed = Clock::now();
                if (changed && Clock::now() - *changed > kUnrestMax) return true;
        }
    }
}

void ChangeWatch::stop() {
    const std::uint64_t one = 1;
    MILLRACE_ASSERT(::write(stopped_, &one, sizeof(one)) == sizeof(one));
}

}  // namespace millrace::files
