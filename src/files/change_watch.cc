#include "files/change_watch.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/assert.h"
#include "files/helpers.h"

namespace millrace::files {
namespace {

constexpr std::uint32_t kChanges = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE;
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

Result<> ChangeWatch::follow(const std::string& path) {
    const std::string directory = parent_of(path);
    const int watched = ::inotify_add_watch(notifications_, directory.c_str(), kChanges);
    if (watched < 0) return fail_errno("watch " + directory, errno);
    names_[watched].insert(path.substr(path.find_last_of('/') + 1));
    return {};
}

bool ChangeWatch::mentions(const char* buffer, std::size_t size) const {
    for (std::size_t at = 0; at + sizeof(inotify_event) <= size;) {
        inotify_event event{};
        std::memcpy(&event, buffer + at, sizeof(event));
        const auto names = names_.find(event.wd);
        if (event.len > 0 && names != names_.end() && names->second.contains(buffer + at + sizeof(event)))
            return true;
        at += sizeof(event) + event.len;
    }
    return false;
}

bool ChangeWatch::wait() {
    for (;;) {
        std::array<pollfd, 2> ready{{{notifications_, POLLIN, 0}, {stopped_, POLLIN, 0}}};
        if (::poll(ready.data(), ready.size(), -1) < 0 && errno != EINTR) return false;
        if ((ready[1].revents & POLLIN) != 0) return false;
        alignas(inotify_event) std::array<char, kBufferBytes> buffer;
        const ssize_t size = ::read(notifications_, buffer.data(), buffer.size());
        if (size > 0 && mentions(buffer.data(), static_cast<std::size_t>(size))) return true;
    }
}

void ChangeWatch::stop() {
    const std::uint64_t one = 1;
    MILLRACE_ASSERT(::write(stopped_, &one, sizeof(one)) == sizeof(one));
}

}  // namespace millrace::files
