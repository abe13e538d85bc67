#include "net/warden.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <span>
#include <string_view>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

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

/// What runs, and what has ended but may have left somebody behind.
class Groups {
  public:
    void note(const Warden::Message& message) {
        if (message.group > 0) {
            if (running_count_ < running_.size()) running_[running_count_++] = message;
            return;
        }
        for (std::size_t i = 0; i < running_count_; ++i) {
            if (running_[i].group != -message.group) continue;
            if (!running_[i].mark.text().empty()) ended_[ended_count_++ % ended_.size()] = running_[i].mark;
            running_[i] = running_[--running_count_];
            return;
        }
    }
    [[nodiscard]] bool runs(pid_t group) const {
        return std::ranges::any_of(running(), [group](const auto& each) { return each.group == group; });
    }
    /// Who has ended until now is looked for; who ends meanwhile is for the next time. False when nobody has.
    bool look_for_ended() {
        looked_for_count_ = std::min(std::exchange(ended_count_, 0), ended_.size());
        std::ranges::copy(std::span(ended_).first(looked_for_count_), looked_for_.begin());
        return looked_for_count_ > 0;
    }
    [[nodiscard]] bool left_behind(std::string_view environment) const {
        const auto looked_for = std::span(looked_for_).first(looked_for_count_);
        return std::ranges::any_of(looked_for, [environment](const ProcessMark& mark) {
            return ProcessTable::has_mark(environment, mark);
        });
    }

    /// Kills what is left in the groups, which have then ended.
    void end_all() {
        for (const Warden::Message& each : running()) ::kill(-each.group, SIGKILL);
        while (running_count_ > 0) note({-running_.front().group, {}});
    }

  private:
    [[nodiscard]] std::span<const Warden::Message> running() const {
        return std::span(running_).first(running_count_);
    }

    std::array<Warden::Message, kProcessGroupsMax> running_;
    std::array<ProcessMark, kProcessGroupsMax> ended_;
    std::array<ProcessMark, kProcessGroupsMax> looked_for_;
    std::size_t running_count_ = 0;
    std::size_t ended_count_ = 0;
    std::size_t looked_for_count_ = 0;
};

Groups groups;  // not on the stack: most of it is never touched

/// False when there is nobody any more who could send one.
bool receive(int socket, int flags) {
    Warden::Message message;
    for (;;) {
        const ssize_t got = ::recv(socket, &message, sizeof message, flags);
        if (got == sizeof message) groups.note(message);
        if (got >= 0 || errno != EINTR) return got == sizeof message;
    }
}

void receive_all(int socket) {
    while (receive(socket, MSG_DONTWAIT)) {
    }
}

/// Kills who carries the mark of a group that has ended. True when there was anybody.
bool kill_stragglers(int socket) {
    bool any = false;
    ProcessTable table;
    while (const pid_t pid = table.next()) {
        if (!groups.left_behind(ProcessTable::environment_of(pid))) continue;
        // A process tells us of itself before it has its mark, so another one with the same mark is known
        // now.
        receive_all(socket);
        if (groups.runs(::getpgid(pid))) continue;
        ::kill(pid, SIGKILL);
        any = true;
    }
    return any;
}

/// Each time again while there was anybody: who was killed may have started others meanwhile.
void clean_up(int socket) {
    constexpr int kPassesMax = 5;
    receive_all(socket);
    while (groups.look_for_ended()) {
        for (int i = 0; i < kPassesMax && kill_stragglers(socket); ++i) {
        }
    }
}

[[noreturn]] void main_of_warden(int socket) {
    ::setsid();  // what is sent to our group or terminal must not reach it
    for (const int signal : {SIGHUP, SIGINT, SIGTERM, SIGQUIT}) ::signal(signal, SIG_IGN);
    ::prctl(PR_SET_NAME, "millrace-warden");
    close_all_but(socket);
    [[maybe_unused]] const int ignored = ::chdir("/");  // keep no file system busy
    constexpr pid_t kReady = 0;
    ::send(socket, &kReady, sizeof kReady, MSG_NOSIGNAL);
    while (receive(socket, 0)) clean_up(socket);
    groups.end_all();
    clean_up(socket);
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

bool Warden::tell(const Message& message) const {
    ssize_t written = 0;
    do {
        written = ::send(socket_, &message, sizeof message, MSG_NOSIGNAL);
    } while (written < 0 && errno == EINTR);
    return written == sizeof message;
}

}  // namespace millrace::net
