#include "net/warden.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/assert.h"

namespace millrace::net {
namespace {

// Everything below main_of_warden() runs in a fork of a process with threads: async-signal-safe calls only.

void close_all_but(int kept) {
    // Sockets held here would not close for their peers.
    for (int fd : {0, 1, 2}) {
        if (fd != kept) ::close(fd);
    }
    if (kept > 3) ::syscall(SYS_close_range, 3, kept - 1, 0);
    if (::syscall(SYS_close_range, kept + 1, ~0U, 0) == 0) return;
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    for (int fd = 3; fd < static_cast<int>(limit.rlim_cur); ++fd) {
        if (fd != kept) ::close(fd);
    }
}

class Groups {
  public:
    void note(pid_t message) {
        if (message > 0 && count_ < groups_.size()) {
            groups_[count_++] = message;
            return;
        }
        for (std::size_t i = 0; i < count_; ++i) {
            if (groups_[i] != -message) continue;
            groups_[i] = groups_[--count_];
            return;
        }
    }
    void kill_all() const {
        for (std::size_t i = 0; i < count_; ++i) ::kill(-groups_[i], SIGKILL);
    }

  private:
    std::array<pid_t, kProcessGroupsMax> groups_{};
    std::size_t count_ = 0;
};

[[noreturn]] void main_of_warden(int socket) {
    ::setsid();  // what is sent to our group or terminal must not reach it
    for (const int signal : {SIGHUP, SIGINT, SIGTERM, SIGQUIT}) ::signal(signal, SIG_IGN);
    ::prctl(PR_SET_NAME, "millrace-warden");
    close_all_but(socket);
    [[maybe_unused]] const int ignored = ::chdir("/");  // keep no file system busy
    constexpr pid_t kReady = 0;
    ::send(socket, &kReady, sizeof kReady, MSG_NOSIGNAL);
    Groups groups;
    for (;;) {
        pid_t message = 0;
        const ssize_t got = ::recv(socket, &message, sizeof message, 0);
        if (got == sizeof message) groups.note(message);
        if (got == 0 || (got < 0 && errno != EINTR)) break;
    }
    groups.kill_all();
    ::_exit(0);
}

}  // namespace

Warden& Warden::get() {
    static Warden warden;
    return warden;
}

Warden::Warden() {
    std::array<int, 2> ends{};
    MILLRACE_ASSERT(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) == 0);
    const pid_t pid = ::fork();
    MILLRACE_ASSERT(pid >= 0);
    if (pid == 0) {
        ::close(ends[1]);
        main_of_warden(ends[0]);
    }
    ::close(ends[0]);
    socket_ = ends[1];
    // Until it has left our group, who kills that kills the warden too.
    pid_t ready = 0;
    while (::recv(socket_, &ready, sizeof ready, 0) < 0 && errno == EINTR) {
    }
}

bool Warden::tell(pid_t message) const {
    ssize_t written = 0;
    do {
        written = ::send(socket_, &message, sizeof message, MSG_NOSIGNAL);
    } while (written < 0 && errno == EINTR);
    return written == sizeof message;
}

}  // namespace millrace::net
