#include "net/process.h"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/warden.h"

namespace millrace::net {
namespace {

constexpr int kReadsPerTurn = 16;  // then others get their turn

std::uint64_t status_kib(std::string_view status, std::string_view name) {
    auto at = status.find(name);
    if (at == std::string_view::npos) return 0;
    at = status.find_first_of("0123456789", at);
    if (at == std::string_view::npos) return 0;
    std::uint64_t kib = 0;
    std::from_chars(status.data() + at, status.data() + status.size(), kib);
    return kib;
}

}  // namespace

std::string ProcessExit::describe() const {
    if (code) return "exit status " + std::to_string(*code);
    return "signal " + std::to_string(signal) + " (" + ::strsignal(signal) + ")";
}

Result<std::unique_ptr<Process>> Process::spawn(Loop& loop, const ProcessOptions& options,
                                                Callbacks callbacks) {
    auto spawned = process_spawn(options);
    if (!spawned) return std::unexpected(spawned.error());
    return std::make_unique<Process>(loop, std::move(*spawned), std::move(callbacks));
}

Process::Process(Loop& loop, SpawnedProcess spawned, Callbacks callbacks)
    : loop_(loop),
      pid_(spawned.pid),
      tmp_(std::move(spawned.tmp)),
      callbacks_(std::move(callbacks)),
      outputs_{Output(*this, OutputStream::kStdout), Output(*this, OutputStream::kStderr)},
      exit_watch_(*this) {
    outputs_[0].watch.open(loop, std::move(spawned.stdout_pipe), outputs_[0]);
    outputs_[1].watch.open(loop, std::move(spawned.stderr_pipe), outputs_[1]);
    exit_watch_.watch.open(loop, std::move(spawned.exit_watch), exit_watch_);
}

Process::~Process() {
    if (!exit_) reap();
    loop_.cancel(read_timer_);
    loop_.cancel(kill_timer_);
    loop_.cancel(drain_timer_);
}

void Process::terminate(Milliseconds grace) {
    if (exit_) return;
    ::kill(-pid_, SIGTERM);
    loop_.cancel(kill_timer_);
    kill_timer_ = loop_.run_after(grace, [this] { kill(); });
}

void Process::kill() {
    // Until it is reaped the id is ours.
    if (!exit_) ::kill(-pid_, SIGKILL);
}

void Process::resume_output() {
    if (!std::exchange(paused_, false)) return;
    loop_.cancel(read_timer_);
    read_timer_ = loop_.run_after(Milliseconds{0}, [this] { read_outputs(); });
}

std::optional<ProcessMemory> Process::memory() const {
    if (exit_) return std::nullopt;
    const std::string path = "/proc/" + std::to_string(pid_) + "/status";
    const OwnedFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, 4096> text{};
    const ssize_t got = file ? ::read(file.get(), text.data(), text.size()) : -1;
    if (got <= 0) return std::nullopt;
    const std::string_view status(text.data(), static_cast<std::size_t>(got));
    return ProcessMemory{.resident_bytes = status_kib(status, "VmRSS:") * 1024,
                         .file_bytes = status_kib(status, "RssFile:") * 1024,
                         .peak_bytes = status_kib(status, "VmHWM:") * 1024};
}

void Process::Output::on_ready(Ready) {
    process.read_outputs();
}

void Process::ExitWatch::on_ready(Ready ready) {
    if (!ready.readable || process.exit_) return;
    process.reap();
    process.start_drain();
}

/// Ends what is left of the group before the id can be anybody else's.
void Process::reap() {
    ::kill(-pid_, SIGKILL);
    Warden::get().remove(pid_);
    int status = 0;
    rusage usage{};
    while (::wait4(pid_, &status, 0, &usage) < 0 && errno == EINTR) {
    }
    exit_.emplace();
    exit_->max_rss_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
    if (WIFEXITED(status)) {
        exit_->code = WEXITSTATUS(status);
    } else {
        exit_->signal = WTERMSIG(status);
    }
    exit_watch_.watch.close();
}

void Process::start_drain() {
    loop_.cancel(kill_timer_);
    drain_timer_ = loop_.run_after(kDrainMax, [this] {
        drain_timer_ = {};
        finish_when_drained();
    });
    read_outputs();
}

void Process::read_outputs() {
    bool more = false;
    for (Output& output : outputs_) more |= read_output(output);
    if (more) {
        loop_.cancel(read_timer_);
        read_timer_ = loop_.run_after(Milliseconds{0}, [this] { read_outputs(); });
    }
    finish_when_drained();
}

/// True when there may be more to read now.
bool Process::read_output(Output& output) {
    const auto scratch = loop_.scratch();
    const auto on_line = [&](std::string_view line) {
        if (callbacks_.on_line) callbacks_.on_line(output.stream, line);
    };
    for (int i = 0; i < kReadsPerTurn; ++i) {
        if (!output.watch || paused_) return false;
        const ssize_t got = ::read(output.watch.fd(), scratch.data(), scratch.size());
        if (got > 0) {
            output.lines.feed({scratch.data(), static_cast<std::size_t>(got)}, on_line);
        } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
            end_output(output);
        } else if (errno == EAGAIN) {
            return false;
        }
    }
    return true;
}

void Process::flush_output() {
    for (Output& output : outputs_) {
        if (output.watch && !read_output(output)) end_line(output);
    }
}

void Process::end_line(Output& output) {
    output.lines.finish([&](std::string_view line) {
        if (callbacks_.on_line) callbacks_.on_line(output.stream, line);
    });
}

void Process::end_output(Output& output) {
    output.watch.close();
    end_line(output);
}

void Process::finish_when_drained() {
    const bool open = outputs_[0].watch || outputs_[1].watch;
    const bool draining = drain_timer_ != TimerId{};
    if (!exit_ || paused_ || (open && draining)) return;
    finish();
}

void Process::finish() {
    for (Output& output : outputs_) {
        if (output.watch) end_output(output);
    }
    loop_.cancel(read_timer_);
    loop_.cancel(std::exchange(drain_timer_, {}));
    auto on_exit = std::exchange(callbacks_.on_exit, nullptr);
    const ProcessExit exit = *exit_;
    if (on_exit) on_exit(exit);  // may destroy us
}

}  // namespace millrace::net
