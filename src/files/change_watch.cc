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

/// Whether one of the notifications is about the name.
bool mentions(const char* buffer, std::size_t size, const std::string& name) {
    for (std::size_t at = 0; at + sizeof(inotify_event) <= size;) {
        inotify_event event;
        std::memcpy(&event, buffer + at, sizeof(event));
        if (event.len > 0 && name == buffer + at + sizeof(event)) return true;
        at += sizeof(event) + event.len;
    }
    return false;
}

}  // namespace

ChangeWatch::ChangeWatch(std::string name, int notifications, int stopped)
    : name_(std::move(name)), notifications_(notifications), stopped_(stopped) {}

ChangeWatch::~ChangeWatch() {
    ::close(notifications_);
    ::close(stopped_);
}

Result<std::unique_ptr<ChangeWatch>> ChangeWatch::open(const std::string& path) {
    const std::string directory = parent_of(path);
    const int notifications = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (notifications < 0) return fail_errno("watch " + directory, errno);
    if (::inotify_add_watch(notifications, directory.c_str(), kChanges) < 0) {
        const int error = errno;
        ::close(notifications);
        return fail_errno("watch " + directory, error);
    }
    const int stopped = ::eventfd(0, EFD_CLOEXEC);
    MILLRACE_ASSERT(stopped >= 0);
    std::string name = path.substr(path.find_last_of('/') + 1);
    return std::unique_ptr<ChangeWatch>(new ChangeWatch(std::move(name), notifications, stopped));
}

bool ChangeWatch::wait() {
    for (;;) {
        std::array<pollfd, 2> ready{{{notifications_, POLLIN, 0}, {stopped_, POLLIN, 0}}};
        if (::poll(ready.data(), ready.size(), -1) < 0 && errno != EINTR) return false;
        if ((ready[1].revents & POLLIN) != 0) return false;
        alignas(inotify_event) std::array<char, kBufferBytes> buffer;
        const ssize_t size = ::read(notifications_, buffer.data(), buffer.size());
        if (size > 0 && mentions(buffer.data(), static_cast<std::size_t>(size), name_)) return true;
    }
}

void ChangeWatch::stop() {
    const std::uint64_t one = 1;
    MILLRACE_ASSERT(::write(stopped_, &one, sizeof(one)) == sizeof(one));
}

}  // namespace millrace::files
