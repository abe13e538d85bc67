#include "net/process_spawn.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <expected>
#include <fcntl.h>
#include <sched.h>
#include <string_view>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "net/warden.h"

namespace millrace::net {
namespace {

constexpr std::size_t kChildStackBytes = 64 * 1024;
constexpr int kExecFailed = 127;
constexpr const char* kRunStep = "run it";
#if __has_feature(thread_sanitizer)
constexpr int kShareMemory = 0;  // its runtime does not bear two processes in one memory
#else
constexpr int kShareMemory = CLONE_VM;
#endif
constexpr unsigned kCloseRangeCloseOnExec = 1U << 2;

/// Why the child could not run its program; no step: it could.
struct Failure {
    const char* step = nullptr;
    int errno_value = 0;
    bool of_tmp = false;
};

/// What the child needs, prepared before it exists: between clone and exec it shares our memory, and may
/// neither allocate nor take a lock.
struct Plan {
    const char* path = nullptr;
    char** argv = nullptr;
    char** env = nullptr;
    const char* cwd = nullptr;  ///< nullptr: ours
    ProcessLimits limits;
    std::array<int, 3> streams{};         ///< all above 2
    const PrivateTmpPlan* tmp = nullptr;  ///< nullptr: ours
    const Warden* warden = nullptr;
    ProcessMark mark;
    pid_t parent = 0;
    Failure* failure = nullptr;  ///< in memory that both see
};

/// What the system does not let a process have, unlike too many processes or descriptors, or too little
/// memory.
bool is_forbidden(int error) {
    return error == EPERM || error == EACCES || error == EINVAL || error == ENOSYS || error == ENOSPC ||
           error == EUSERS;
}

[[noreturn]] void give_up(const Plan& plan, const char* step, bool of_tmp = false) {
    *plan.failure = {.step = step, .errno_value = errno, .of_tmp = of_tmp && is_forbidden(errno)};
    ::_exit(kExecFailed);
}

void limit(const Plan& plan, __rlimit_resource resource, const std::optional<std::uint64_t>& value) {
    if (!value) return;
    const rlimit both{.rlim_cur = *value, .rlim_max = *value};
    if (::setrlimit(resource, &both) != 0) give_up(plan, "set its limits");
}

void default_signals() {
    // The kernel's own call, all zero for SIG_DFL: the C library's refuses the two signals it keeps for
    // itself, and leaves them ignored in what its posix_spawn() starts, make for one.
    constexpr std::array<std::uint64_t, 4> kDefaultAction{};
    for (int signal = 1; signal < NSIG; ++signal) {
        ::syscall(SYS_rt_sigaction, signal, kDefaultAction.data(), nullptr, sizeof(std::uint64_t));
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

void close_others_on_exec() {
    if (::syscall(SYS_close_range, 3, ~0U, kCloseRangeCloseOnExec) == 0) return;
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    for (int fd = 3; fd < static_cast<int>(files.rlim_cur); ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

/// When memory is short the system ends a function before the server, whose memory what functions keep in
/// their /tmp may be counted as.
void give_way_in_need_of_memory() {
    constexpr std::string_view kMore = "500";
    const int fd = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0) return;
    static_cast<void>(!::write(fd, kMore.data(), kMore.size()));
    ::close(fd);
}

int child_main(void* argument) {
    const Plan& plan = *static_cast<const Plan*>(argument);
    if (::setpgid(0, 0) != 0) give_up(plan, "make its process group");
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != plan.parent) ::_exit(kExecFailed);
    if (!plan.warden->add(static_cast<pid_t>(::syscall(SYS_getpid)), plan.mark))
        give_up(plan, "reach the warden process");
    for (int fd = 0; fd < 3; ++fd) {
        if (::dup2(plan.streams[static_cast<std::size_t>(fd)], fd) < 0) give_up(plan, "connect its output");
    }
    if (plan.tmp != nullptr) {
        if (const char* failed = plan.tmp->enter()) give_up(plan, failed, true);
    }
    close_others_on_exec();
    if (plan.cwd && ::chdir(plan.cwd) != 0) give_up(plan, "enter its directory");
    limit(plan, RLIMIT_CORE, 0);
    limit(plan, RLIMIT_AS, plan.limits.address_space_bytes);
    limit(plan, RLIMIT_NOFILE, plan.limits.open_files);
    limit(plan, RLIMIT_NPROC, plan.limits.processes);
    give_way_in_need_of_memory();
    default_signals();
    ::execve(plan.path, plan.argv, plan.env);
    give_up(plan, kRunStep);
}

/// Signals wait while the child shares our memory: a handler running there would be running here.
class SignalsBlocked {
  public:
    SignalsBlocked() {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;

  private:
    sigset_t before_{};
};

/// The child's stack, with room at its far end for what the child reports.
class ChildMemory {
  public:
    ChildMemory()
        : begin_(
              ::mmap(nullptr, kChildStackBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {}
    ~ChildMemory() {
        if (*this) ::munmap(begin_, kChildStackBytes);
    }
    ChildMemory(const ChildMemory&) = delete;
    ChildMemory& operator=(const ChildMemory&) = delete;

    [[nodiscard]] explicit operator bool() const { return begin_ != MAP_FAILED; }
    [[nodiscard]] Failure* failure() const { return static_cast<Failure*>(begin_); }
    [[nodiscard]] void* stack() const { return static_cast<char*>(begin_) + kChildStackBytes; }

  private:
    void* begin_;
};

/// Returns when the child has run its program, or failed, and is no more.
std::expected<pid_t, Failure> run(Plan& plan, const ChildMemory& memory) {
    *memory.failure() = {};
    const int namespaces = plan.tmp == nullptr ? 0 : plan.tmp->clone_flags();
    const auto clone_child = [&] {
        const SignalsBlocked blocked;
        return ::clone(child_main, memory.stack(), kShareMemory | CLONE_VFORK | SIGCHLD | namespaces, &plan);
    };
    const pid_t pid = clone_child();
    if (pid < 0) {
        return std::unexpected(Failure{.step = "start a process",
                                       .errno_value = errno,
                                       .of_tmp = namespaces != 0 && is_forbidden(errno)});
    }
    if (memory.failure()->step == nullptr) return pid;
    Warden::get().remove(pid);
    ::waitpid(pid, nullptr, 0);
    return std::unexpected(*memory.failure());
}

/// What the system does not allow once is not asked for again.
std::atomic<bool> tmp_is_shared{false};

void share_tmp(const Failure& failure) {
    static std::atomic<bool> told{false};
    // A limit of namespaces may be zero, or reached for a while.
    if (failure.errno_value != ENOSPC && failure.errno_value != EUSERS) tmp_is_shared = true;
    if (told.exchange(true)) return;
    log(LogLevel::kWarn, "this system lets no function have a /tmp of its own: they have the machine's",
        {{"error", fail_errno(failure.step, failure.errno_value).error().message}});
}

/// Who looks into the machine's for what a function left there learns why it is not.
void tell_of_own_tmp() {
    static std::atomic<bool> told{false};
    if (told.exchange(true)) return;
    log(LogLevel::kInfo, "functions have a /tmp of their own; --shared-tmp gives them the machine's");
}

/// As the shell finds it.
std::string find_program(const std::string& name, const std::vector<std::string>& env) {
    constexpr std::string_view kPath = "PATH=";
    if (name.contains('/')) return name;
    std::string_view path = "/usr/local/bin:/usr/bin:/bin";
    for (const std::string& entry : env) {
        if (entry.starts_with(kPath)) path = std::string_view(entry).substr(kPath.size());
    }
    while (!path.empty()) {
        const auto colon = path.find(':');
        std::string candidate = std::string(path.substr(0, colon)) + "/" + name;
        if (::access(candidate.c_str(), X_OK) == 0) return candidate;
        path.remove_prefix(colon == std::string_view::npos ? path.size() : colon + 1);
    }
    return name;
}

/// Above the standard streams, so that connecting one in the child does not overwrite another.
OwnedFd above_streams(OwnedFd fd) {
    if (!fd || fd.get() > 2) return fd;
    return OwnedFd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 3));
}

struct Pipe {
    OwnedFd read_end;
    OwnedFd write_end;
};

Result<Pipe> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail_errno("make a pipe", errno);
    Pipe pipe{OwnedFd(ends[0]), above_streams(OwnedFd(ends[1]))};
    ::fcntl(pipe.read_end.get(), F_SETFL, O_NONBLOCK);
    return pipe;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> result;
    result.reserve(texts.size() + 1);
    for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
    result.push_back(nullptr);
    return result;
}

Error describe(const Failure& failure, const std::string& path) {
    auto reason = fail_errno(failure.step, failure.errno_value).error();
    // The program is there, so what is not is what runs it: "#!/bin/sh" with a Windows line end, say.
    if (failure.errno_value == ENOENT && failure.step == kRunStep && ::access(path.c_str(), F_OK) == 0)
        reason.message += " (the interpreter that it names)";
    return {reason.code, "cannot start \"" + path + "\": " + reason.message};
}

}  // namespace

Result<SpawnedProcess> process_spawn(const ProcessOptions& options) {
    if (options.argv.empty()) return fail(ErrorCode::kInvalidArgument, "there is no program to run");
    auto out = make_pipe();
    auto err = make_pipe();
    const OwnedFd null = above_streams(OwnedFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)));
    if (!out) return std::unexpected(out.error());
    if (!err) return std::unexpected(err.error());
    if (!null) return fail_errno("open /dev/null", errno);

    const std::string path = find_program(options.argv.front(), options.env);
    auto argv = pointers(options.argv);
    auto env = pointers(options.env);
    const ChildMemory memory;
    if (!memory) return fail_errno("get memory for a process", errno);
    std::optional<PrivateTmpPlan> tmp;
    if (options.tmp && (options.tmp->same_as || !tmp_is_shared)) tmp.emplace(*options.tmp);
    Plan plan{.path = path.c_str(),
              .argv = argv.data(),
              .env = env.data(),
              .cwd = options.cwd.empty() ? nullptr : options.cwd.c_str(),
              .limits = options.limits,
              .streams = {null.get(), out->write_end.get(), err->write_end.get()},
              .tmp = tmp ? &*tmp : nullptr,
              .warden = &Warden::get(),
              .mark = ProcessMark(options.mark),
              .parent = ::getpid(),
              .failure = memory.failure()};
    auto pid = run(plan, memory);
    if (!pid && pid.error().of_tmp && !options.tmp->same_as) {
        share_tmp(pid.error());
        plan.tmp = nullptr;
        pid = run(plan, memory);
    }
    if (!pid) return std::unexpected(describe(pid.error(), path));
    if (plan.tmp != nullptr) tell_of_own_tmp();
    auto kept = plan.tmp == nullptr ? nullptr : plan.tmp->kept();
    OwnedFd exit_watch(static_cast<int>(::syscall(SYS_pidfd_open, *pid, 0)));
    if (!exit_watch) {
        const int error = errno;
        ::kill(-*pid, SIGKILL);
        Warden::get().remove(*pid);
        ::waitpid(*pid, nullptr, 0);
        return fail_errno("watch \"" + path + "\"", error);
    }
    return SpawnedProcess{*pid, std::move(exit_watch), std::move(out->read_end), std::move(err->read_end),
                          std::move(kept)};
}

}  // namespace millrace::net
